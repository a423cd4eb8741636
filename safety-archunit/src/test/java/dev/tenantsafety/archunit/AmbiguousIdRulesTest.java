package dev.tenantsafety.archunit;

import static dev.tenantsafety.archunit.Violations.shortly;
import static dev.tenantsafety.archunit.Violations.violations;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.RawId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Id;
import jakarta.persistence.criteria.Expression;
import jakarta.persistence.criteria.Root;
import java.io.IOException;
import java.io.Serializable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jooq.Record;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.TableImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

@SuppressWarnings({"unused", "ArrayRecordComponent", "MissingSummary"})
public class AmbiguousIdRulesTest {

    public static class Parameters {
        public Parameters(UUID siteId) {}

        public void uuid(UUID siteId) {}

        public void text(String site_id) {}

        public void numbers(long tenantId, Integer id) {}

        public void bytes(byte[] uuid) {}

        public void anything(Object appId, Serializable userId) {}

        public void list(List<UUID> siteIds) {}

        public void wildcard(List<? extends UUID> siteIds) {}

        public void array(String[] siteIds) {}

        public void varargs(long... ids) {}

        public void map(Map<UUID, List<String>> namesById) {}

        public void optional(Optional<UUID> siteId) {}

        public static void named(@RequestParam("siteId") String text) {}
    }

    public static class Typed {
        public void typed(SiteId siteId, List<AppId> appIds, Map<SiteId, String> namesById) {}

        public void other(String name, UUID site, String valid, String grid, int paid) {}

        public void technical(String traceId, long threadId, String requestId, String zoneId) {}

        public SiteId parse(String siteId) {
            return SiteId.parse(siteId);
        }

        void hidden(UUID siteId) {}

        protected void toSubclasses(UUID siteId) {}
    }

    static class Hidden {
        public static class Inner {
            public void open(UUID siteId) {}
        }
    }

    static class OfPackage {
        public void close(UUID siteId) {}
    }

    @Test
    void parameters() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_PARAMETER, Parameters.class))
                .extracting(text -> text.replaceAll(
                        "(?:Method|Constructor) <AmbiguousIdRulesTest.Parameters.([\\w<>]+)\\(.*\\)> takes", "$1"))
                .containsExactly(
                        "<init> <siteId> as UUID",
                        "anything <appId> as Object",
                        "anything <userId> as Serializable",
                        "array <siteIds> as String[]",
                        "bytes <uuid> as byte[]",
                        "list <siteIds> as List<UUID>",
                        "map <namesById> as Map<UUID, List<String>>",
                        "named <siteId> as String",
                        "numbers <id> as Integer",
                        "numbers <tenantId> as long",
                        "optional <siteId> as Optional<UUID>",
                        "text <site_id> as String",
                        "uuid <siteId> as UUID",
                        "varargs <ids> as long[]",
                        "wildcard <siteIds> as List<? extends UUID>");
        assertThat(violations(
                        AmbiguousIdRules.NO_RAW_ID_AS_PARAMETER, Typed.class, OfPackage.class, Hidden.Inner.class))
                .isEmpty();
    }

    @Test
    void saysWhereAndWhatToDo() {
        RuleOptions options = RuleOptions.standard().visibility(Visibility.PACKAGE);
        assertThat(violations(AmbiguousIdRules.PARAMETERS.with(options), OfPackage.class))
                .containsExactly(
                        "Method <AmbiguousIdRulesTest$OfPackage.close(java.util.UUID)> takes <siteId> as UUID in "
                                + "(AmbiguousIdRulesTest.java:" + LINE
                                + "): nobody can tell of which kind it is. Give it a type of its kind, as SiteId, or @RawId(reason = …).");
    }

    private static final int LINE = 94;

    @Test
    void visibility() {
        assertThat(shortly(
                        AmbiguousIdRules.PARAMETERS.with(RuleOptions.standard().visibility(Visibility.PROTECTED)),
                        Typed.class))
                .containsExactly(
                        "Method <AmbiguousIdRulesTest$Typed.toSubclasses(java.util.UUID)> takes <siteId> as UUID");
        assertThat(shortly(
                        AmbiguousIdRules.PARAMETERS.with(RuleOptions.standard().visibility(Visibility.PRIVATE)),
                        Typed.class))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "ids",
                "siteId",
                "siteID",
                "siteIds",
                "site_id",
                "site_ids",
                "uuid",
                "siteUuid",
                "siteUUID",
                "guid"
            })
    void namesOfIds(String name) {
        assertThat(RuleOptions.standard().isIdName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "valid",
                "paid",
                "grid",
                "android",
                "idea",
                "identity",
                "traceId",
                "xRequestId",
                "clientId",
                "fluid"
            })
    void otherNames(String name) {
        assertThat(RuleOptions.standard().isIdName(name)).isFalse();
    }

    @Test
    void namesThatWereSaid() {
        assertThat(RuleOptions.standard().idNames(Pattern.compile(".*Key")).isIdName("siteKey"))
                .isTrue();
        assertThat(RuleOptions.standard().otherIds("device").isIdName("deviceId"))
                .isFalse();
        assertThat(RuleOptions.standard().isIdName("taskId")).isFalse();
        assertThat(RuleOptions.standard().ownedIds("task").isIdName("taskId")).isTrue();
    }

    public record Closed(UUID siteId, String why, List<Long> appIds) {}

    public record ClosedTyped(SiteId siteId, String why) {}

    @Test
    void records() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_IN_RECORD, Closed.class, ClosedTyped.class, TenantId.class))
                .containsExactly(
                        "Constructor <AmbiguousIdRulesTest$Closed.<init>(java.util.UUID, java.lang.String, java.util.List)> takes "
                                + "<appIds> as List<Long>",
                        "Constructor <AmbiguousIdRulesTest$Closed.<init>(java.util.UUID, java.lang.String, java.util.List)> takes "
                                + "<siteId> as UUID");
        assertThat(violations(AmbiguousIdRules.NO_RAW_ID_AS_FIELD, Closed.class))
                .isEmpty();
        assertThat(violations(AmbiguousIdRules.NO_RAW_ID_AS_RESULT, Closed.class))
                .isEmpty();
    }

    public static class Fields {
        public static final String DEFAULT_ID = "x";
        public UUID siteId;
        public SiteId typedId;
        private UUID hiddenId;

        @Id
        private long key;
    }

    static class PartsOfKey {
        @Id
        private UUID siteId;

        @Id
        private String name;
    }

    @Test
    void partsOfKeys() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_FIELD, PartsOfKey.class))
                .containsExactly("Field <AmbiguousIdRulesTest$PartsOfKey.siteId> is a key of type UUID");
    }

    @Test
    void fields() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_FIELD, Fields.class))
                .containsExactly(
                        "Field <AmbiguousIdRulesTest$Fields.key> is a key of type long",
                        "Field <AmbiguousIdRulesTest$Fields.siteId> is an ID of type UUID");
    }

    public static class Results {
        public UUID getSiteId() {
            return new UUID(0, 0);
        }

        public List<String> siteIds() {
            return List.of();
        }

        public List<Long> findAppIdsBySite(SiteId site) {
            return List.of();
        }

        public long countBySiteId(SiteId site) {
            return 0;
        }

        public int countThoseAtTheSiteId() {
            return 0;
        }

        public SiteId getTypedId() {
            return SiteId.create();
        }

        public String getName() {
            return "";
        }
    }

    @Test
    void results() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_RESULT, Results.class))
                .containsExactly(
                        "Method <AmbiguousIdRulesTest$Results.findAppIdsBySite(dev.tenantsafety.id.SiteId)> returns an ID as List<Long>",
                        "Method <AmbiguousIdRulesTest$Results.getSiteId()> returns an ID as UUID",
                        "Method <AmbiguousIdRulesTest$Results.siteIds()> returns an ID as List<String>");
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_RESULT, Recurring.class))
                .as("elements of annotations cannot be of other types")
                .isEmpty();
    }

    public @interface Recurring {
        String id();
    }

    static class Site {}

    interface RawSites extends CrudRepository<Site, UUID> {}

    interface Sites extends CrudRepository<Site, SiteId> {}

    @NoRepositoryBean
    interface Base<E, K> extends CrudRepository<E, K> {}

    interface RawThroughBase extends Base<Site, Long> {}

    @Test
    void repositories() {
        assertThat(shortly(
                        AmbiguousIdRules.NO_RAW_KEY_OF_REPOSITORY,
                        RawSites.class,
                        Sites.class,
                        Base.class,
                        RawThroughBase.class))
                .containsExactly(
                        "Class <AmbiguousIdRulesTest$RawSites> has keys of type UUID",
                        "Class <AmbiguousIdRulesTest$RawThroughBase> has keys of type Long");
    }

    public static class Pairs {
        public void swap(UUID site, UUID tenant) {}

        public void named(String siteId, String tenantId, String name) {}

        public void different(UUID site, String tenantId) {}

        public void texts(String name, String title) {}

        public void typed(SiteId one, SiteId other) {}

        public void lists(List<UUID> ones, List<UUID> others) {}
    }

    @Test
    void pairs() {
        assertThat(shortly(AmbiguousIdRules.NO_TWO_RAW_IDS, Pairs.class))
                .containsExactly(
                        "Method <AmbiguousIdRulesTest$Pairs.named(java.lang.String, java.lang.String, java.lang.String)> takes 2 IDs as String",
                        "Method <AmbiguousIdRulesTest$Pairs.swap(java.util.UUID, java.util.UUID)> takes 2 IDs as UUID");
    }

    public static class Controller {
        @DeleteMapping("/sites/{id}")
        public void close(@PathVariable("siteId") String text, @PathVariable UUID appId) {}

        @DeleteMapping("/typed/{id}")
        void closeTyped(@PathVariable("siteId") SiteId site) {}

        void helper(String siteId) {}
    }

    @Test
    void entryPoints() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AT_ENTRY, Controller.class))
                .containsExactly(
                        "Method <AmbiguousIdRulesTest$Controller.close(java.lang.String, java.util.UUID)> takes <appId> as UUID",
                        "Method <AmbiguousIdRulesTest$Controller.close(java.lang.String, java.util.UUID)> takes <siteId> as String");
        assertThat(violations(AmbiguousIdRules.NO_RAW_ID_AS_PARAMETER, Controller.class))
                .as("it is said once")
                .isEmpty();
    }

    public static class Exempt {
        public void parameter(@RawId(reason = "the partner's") String siteId, String appId) {}

        @RawId(reason = "all of it")
        public void method(UUID siteId) {}
    }

    @Test
    void exemptions() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_PARAMETER, Exempt.class))
                .containsExactly(
                        "Method <AmbiguousIdRulesTest$Exempt.parameter(java.lang.String, java.lang.String)> takes <appId> as String");
    }

    /** The signature is that of a library, and cannot be changed. */
    public abstract static class Adapter implements CrudRepository<Typed, UUID> {

        @Override
        public boolean existsById(UUID id) {
            return false;
        }

        public boolean isOpen(UUID siteId) {
            return true;
        }
    }

    public interface Opening {
        void open(UUID siteId);
    }

    public static class Opens implements Opening {
        @Override
        public void open(UUID siteId) {}
    }

    @Test
    void whatOverridesAMethodOfALibraryPasses() {
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_PARAMETER, Adapter.class))
                .containsExactly("Method <AmbiguousIdRulesTest$Adapter.isOpen(java.util.UUID)> takes <siteId> as UUID");
        assertThat(shortly(AmbiguousIdRules.NO_RAW_ID_AS_PARAMETER, Opening.class, Opens.class))
                .as("of its own code")
                .hasSize(2);
    }

    @Test
    void whatIsLeftOutIsListedInTheDocs() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "rules.md"));
        String list = page.substring(page.indexOf("What is most often no row"), page.indexOf("`ownedIds("));
        for (String name : RuleOptions.NOT_OF_ENTITIES) {
            assertThat(list).containsPattern("\\b" + name + "\\b");
        }
    }

    public static class Columns {
        public final Comparator<UUID> bySiteId = Comparator.naturalOrder();
        public final TableField<?, UUID> siteId = null;

        public Comparator<UUID> bySiteId() {
            return bySiteId;
        }

        public Expression<UUID> siteId(Root<?> root) {
            return root.get("siteId");
        }

        public Class<UUID> typeOfId() {
            return UUID.class;
        }

        public Supplier<UUID> newId() {
            return UUID::randomUUID;
        }
    }

    @Test
    void whatHoldsNoIdIsNone() {
        assertThat(AmbiguousIdRules.RULES.stream().flatMap(rule -> shortly(rule.standard(), Columns.class).stream()))
                .containsExactly("Method <AmbiguousIdRulesTest$Columns.newId()> returns an ID as Supplier<UUID>");
    }

    @Retention(RetentionPolicy.CLASS)
    @interface GeneratedByAny {}

    @GeneratedByAny
    public static class Written {
        public void close(UUID siteId) {}

        public static class Within {
            public UUID siteId;
        }
    }

    public static class SiteTable extends TableImpl<Record> {
        public SiteTable(UUID siteId) {
            super(DSL.name("site"));
        }
    }

    @Test
    void generatedClassesAreNotRead() {
        assertThat(AmbiguousIdRules.RULES.stream()
                        .flatMap(rule ->
                                shortly(rule.standard(), Written.class, Written.Within.class, SiteTable.class)
                                        .stream()))
                .isEmpty();
    }
}
