package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantSafetyRulesTest {

    private static final JavaClasses OUR_OWN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("test-databases"))
            .importPackages("dev.tenantsafety");

    /** Frozen stores know rules by their texts: who changes one of these takes its violations out of the stores of all users. */
    @Test
    void textsNeverChange() {
        assertThat(TenantSafetyRules.list(RuleOptions.standard()))
                .extracting(ArchRule::getDescription)
                .containsExactly(
                        "no code removes entities for good by Jakarta Persistence or Hibernate",
                        "no code removes rows for good by Spring Data",
                        "no repository of Spring Data has a method that removes rows for good",
                        "no code removes rows for good by jOOQ",
                        "no code removes rows for good by a session of MyBatis",
                        "no mapper of MyBatis has a method that removes rows",
                        "no code drops what a migration tool made",
                        "no code removes for good from a store that was named",
                        "no code removes rows for good by another library",
                        "no repository of Micronaut or Jakarta Data has a method that removes rows for good",
                        "no text in code is SQL that removes rows or tables",
                        "no parameter is an ID of a raw type",
                        "no record holds an ID of a raw type",
                        "no field is an ID of a raw type",
                        "no method returns an ID of a raw type",
                        "no repository of Spring Data has keys of a raw type",
                        "no signature has two raw IDs of one type",
                        "no entry point takes an ID of a raw type",
                        "no destructive method takes an ID of any kind",
                        "no destructive method takes many IDs without a plan",
                        "no destructive method takes a mode",
                        "no destructive methods differ only in the kind of an ID",
                        "no destructive method takes an ID that may be missing",
                        "every destructive method says what it has done",
                        "no entity has a statement of its own for removals",
                        "no subclass of an entity is mapped with @SoftDelete",
                        "no foreign key removes rows with the row that it points at",
                        "no removal of a protected entity reaches one that is not",
                        "no entity is joined with a soft-deleted one as soon as it is read",
                        "every entity says whose its rows are",
                        "every exemption has its reason and has not expired",
                        "every exemption exempts something");
        assertThat(TenantSafetyRules.list(RuleOptions.standard().inPackages("com.acme..")))
                .extracting(ArchRule::getDescription)
                .as("options do not change them")
                .isEqualTo(TenantSafetyRules.list(RuleOptions.standard()).stream()
                        .map(ArchRule::getDescription)
                        .toList());
    }

    @Test
    void allSaysWhatEachSays() {
        JavaClasses classes = new ClassFileImporter()
                .importClasses(HardDeleteRulesTest.Cleans.class, AmbiguousIdRulesTest.Pairs.class);
        List<String> each = TenantSafetyRules.list(RuleOptions.standard()).stream()
                .flatMap(rule -> rule.evaluate(classes).getFailureReport().getDetails().stream())
                .sorted()
                .toList();
        assertThat(each).hasSize(7);
        assertThat(TenantSafetyRules.all().evaluate(classes).getFailureReport().getDetails())
                .containsExactlyInAnyOrderElementsOf(each);
        assertThatThrownBy(() -> TenantSafetyRules.all().check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'tenant safety' was violated (7 times)")
                .hasMessageContaining("calls <Flyway.clean()> in (HardDeleteRulesTest.java:");
    }

    @Test
    void ourOwnCodeObeysThem() {
        assertThat(OUR_OWN).hasSizeGreaterThan(250);
        TenantSafetyRules.all().check(OUR_OWN);
    }
}
