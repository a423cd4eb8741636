package dev.tenantsafety.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKinds;
import dev.tenantsafety.id.IdList;
import dev.tenantsafety.id.IllegalIdException;
import dev.tenantsafety.id.IllegalIdListException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what README.md and docs/ids.md show, and asserts what they say of it. */
class IdsGuideTest {

    @TempDir
    private Path folder;

    @Test
    void firstSteps() {
        // spotless:off
        SiteId site = SiteId.create();
        String text = site.toString();              // site_01h455vb4pex5vsknk084sn02q, say
        SiteId same = SiteId.parse(text);           // and back
        // spotless:on
        assertThat(same).isEqualTo(site);
        // spotless:off
        assertThatThrownBy(() -> AppId.parse("site_01h455vb4pex5vsknk084sn02q"))
                .hasMessage("Expected an app ID (app_…) but got a site ID: site_01h455vb4pex5vsknk084sn02q (SiteId)."
                        + " Did it come from the wrong column or variable?");
        assertThatThrownBy(() -> new AppId(site.uuid()))
                .hasMessage("Expected an app ID (app_…) but " + site.uuid() + " carries the tag of a site ID (SiteId)."
                        + " Did it come from the wrong column or variable?");
        // spotless:on
    }

    @Test
    void theCompilerRefusesTheWrongKind() throws IOException {
        Path source = folder.resolve("Script.java");
        Files.writeString(source, """
                import dev.tenantsafety.id.*;
                class Script {
                    void retire(AppId app) {}
                    void run(SiteId site) { retire(site); }
                }
                """);
        var errors = new java.io.ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        errors,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(result).isNotZero();
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("SiteId cannot be converted to AppId");
    }

    @Test
    void aListForTheWrongKindIsRefusedAsAWhole() throws IOException {
        Path list = folder.resolve("to-retire.csv");
        Files.write(
                list,
                Stream.generate(SiteId::create).map(SiteId::toString).limit(883).toList());
        assertThatThrownBy(() -> readOneALine(list))
                .isInstanceOf(IllegalIdListException.class)
                .hasMessageContaining("to-retire.csv: Expected 883 app IDs, found 883 site IDs and 0 app IDs.");
        Files.writeString(list, AppId.create() + "\n" + AppId.create() + "\n");
        assertThat(readOneALine(list)).hasSize(2);
        Files.writeString(list, "site;app_id\na;" + AppId.create() + "\nb;" + AppId.create() + "\n");
        assertThat(readColumn(list)).hasSize(2);
    }

    private static List<AppId> readOneALine(Path list) throws IOException {
        // spotless:off
        List<AppId> apps = IdList.of(AppId.KIND).read(list);
        // spotless:on
        return apps;
    }

    private static List<AppId> readColumn(Path list) throws IOException {
        // spotless:off
        List<AppId> apps = IdList.of(AppId.KIND)
                .column("app_id").separator(';')    // CSV with a header
                .expecting(2)                       // who knows the number says so
                .reportingUpTo(100)                 // lines to list if it is refused
                .read(list);
        // spotless:on
        return apps;
    }

    @Test
    void boundaries() {
        Retirement retirement = new Retirement();
        AppId app = AppId.create();
        assertThat(retirement.retire(app.toString())).isEqualTo("202");
        assertThat(retirement.retire(SiteId.create().toString()))
                .startsWith("400 Expected an app ID (app_…) but got a site ID:");
        assertThat(retirement.retired()).containsExactly(app);
    }

    @Test
    void validation() {
        try (ValidatorFactory factory = Validation.buildDefaultValidatorFactory()) {
            var validator = factory.getValidator();
            String tenant = TenantId.create().toString();
            assertThat(validator.validate(
                            new RetireApps(tenant, List.of(AppId.create().toString()))))
                    .isEmpty();
            assertThat(validator.validate(new RetireApps(tenant, List.of(tenant))))
                    .hasSize(1);
            assertThat(validator.validate(new RetireApps(
                            tenant, Collections.nCopies(61, AppId.create().toString()))))
                    .hasSize(1);
        }
    }

    @Test
    void aBareUuidSaysWhatItIs() {
        UUID found = SiteId.create().uuid();
        // spotless:off
        Optional<IdKind<?>> kind = IdKinds.identify(found);    // Optional[site (SiteId)]
        // spotless:on
        assertThat(kind).hasToString("Optional[site (SiteId)]");
    }

    @Test
    void existingKeys() {
        UUID key = UUID.randomUUID();
        // spotless:off
        InvoiceId invoice = new InvoiceId(key);     // a key of version 4 carries no tag: accepted as it is
        AccountId account = new AccountId(12314);   // account_12314
        // spotless:on
        assertThat(InvoiceId.parse(invoice.toString()).uuid()).isEqualTo(key);
        assertThat(account).hasToString("account_12314");
        // spotless:off
        RealmId realm = new RealmId("acme");        // realm_acme
        RealmId other = new RealmId("Acme Ltd.");   // realm_Acme~20Ltd.
        // spotless:on
        assertThat(realm).hasToString("realm_acme");
        assertThat(other).hasToString("realm_Acme~20Ltd.");
        assertThat(LedgerId.KIND.create().uuid().version()).isEqualTo(7);
        assertThatThrownBy(() -> new InvoiceId(SiteId.create().uuid())).isInstanceOf(IllegalIdException.class);
    }

    @Test
    void providedKindsAreKnownByName() {
        assertThat(IdKinds.all()).contains(InvoiceId.KIND, AccountId.KIND, RealmId.KIND, LedgerId.KIND);
    }
}
