package dev.tenantsafety.samples.guide.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.freeze.FreezingArchRule;
import dev.tenantsafety.archunit.AmbiguousIdRules;
import dev.tenantsafety.archunit.DestructiveApiRules;
import dev.tenantsafety.archunit.RuleOptions;
import dev.tenantsafety.archunit.SqlLiteralRules;
import dev.tenantsafety.archunit.TenantSafetyRules;
import dev.tenantsafety.archunit.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/rules.md shows. */
class RulesGuideTest {

    private static final String HERE = "dev.tenantsafety.samples.guide.rules";
    private static final JavaClasses BAD = new ClassFileImporter().importPackages(HERE + ".bad");

    /** Where the page breaks its lines, and which line of the source it is, does not matter. */
    private static String condensed(String text) {
        return text.replace(HERE + ".bad.Bad$", "")
                .replaceAll("\\(Bad\\.java:\\d+\\)", "(Bad.java:…)")
                .replaceAll("(?:java\\.(?:util|lang)|dev\\.tenantsafety\\.id)\\.", "")
                .replaceAll("<?dev\\.tenantsafety\\.samples\\.guide\\.rules\\.\\w+\\.\\w+\\$", "")
                .replaceAll("\\s+", " ");
    }

    @Test
    void thePageShowsWhatIsSaid() throws IOException {
        String page = condensed(Files.readString(Path.of("..", "..", "docs", "rules.md")));
        List<String> said = TenantSafetyRules.all().evaluate(BAD).getFailureReport().getDetails().stream()
                .map(RulesGuideTest::condensed)
                .toList();
        assertThat(said).hasSizeGreaterThan(25);
        for (ArchRule rule : TenantSafetyRules.list(RuleOptions.standard())) {
            assertThat(page).contains(rule.getDescription());
        }
        List<String> shown = Stream.of(page.split("```"))
                .filter(block -> block.startsWith("text "))
                .map(block -> block.substring("text ".length()).strip())
                .toList();
        assertThat(shown).hasSizeGreaterThan(25);
        assertThat(shown).allSatisfy(message -> assertThat(said).contains(message));
    }

    @Test
    void optionsAreSaidInCode() {
        // spotless:off
        RuleOptions options = RuleOptions.standard()
                .inPackages("com.acme..")
                .visibility(Visibility.PACKAGE)                                       // package-private API too
                .otherIds("device", "import")                                         // deviceId, importId are nobody's
                .protectedTables("ticket", "comment")                                 // SQL about other tables may delete
                .alsoDeletes("com.acme.search.Index", "purge", "dropAll");
        ArchRule rules = TenantSafetyRules.all(options);
        // spotless:on
        assertThatThrownBy(() -> rules.check(new ClassFileImporter().importPackages("com.acme")))
                .isInstanceOf(AssertionError.class);
        // spotless:off
        List<ArchRule> first = Stream.of(
                        SqlLiteralRules.with(options), DestructiveApiRules.with(options), AmbiguousIdRules.with(options))
                .flatMap(List::stream)
                .map(rule -> (ArchRule) FreezingArchRule.freeze(rule))
                .toList();
        // spotless:on
        assertThat(first).hasSize(14);
    }

    @Test
    void anyTestEngineOrNone() {
        // spotless:off
        JavaClasses classes = new ClassFileImporter().importPackages("dev.tenantsafety.samples.guide.rules.good");
        TenantSafetyRules.all().check(classes); // throws an AssertionError that names each place
        // spotless:on
        assertThat(classes).isNotEmpty();
    }
}
