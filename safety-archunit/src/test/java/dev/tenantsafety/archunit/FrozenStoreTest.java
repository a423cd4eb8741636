package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.freeze.FreezingArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With ArchUnit's own freezing. */
class FrozenStoreTest {

    private static final String CLEAN = "no code drops what a migration tool made";

    @TempDir
    private Path folder;

    private static List<String> frozen(Path store, JavaClasses classes) {
        ArchRule rule = FreezingArchRule.freeze(HardDeleteRules.NO_CLEANING_OF_SCHEMAS);
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setProperty("freeze.store.default.path", store.toString());
            configuration.setProperty("freeze.store.default.allowStoreCreation", "true");
            return rule.evaluate(classes).getFailureReport().getDetails();
        });
    }

    private static JavaClasses classes(Class<?>... types) {
        return new ClassFileImporter().importClasses(types);
    }

    @Test
    void whatIsFrozenPassesWhatIsNewDoesNotAndWhatIsMendedGoes() throws IOException {
        Path store = folder.resolve("store");
        assertThat(frozen(store, classes(HardDeleteRulesTest.Cleans.class))).isEmpty();
        assertThat(FrozenStore.violations(store)).isEqualTo(Map.of(CLEAN, 2L));
        assertThat(frozen(store, classes(HardDeleteRulesTest.Cleans.class, HardDeleteRulesTest.Exempt.class)))
                .singleElement()
                .asString()
                .contains("Exempt.notExempt");

        Path before = Files.createDirectory(folder.resolve("before"));
        try (var files = Files.list(store)) {
            for (Path file : files.toList()) {
                Files.copy(file, before.resolve(file.getFileName()));
            }
        }
        assertThat(frozen(store, classes(SqlText.class))).isEmpty();
        assertThat(FrozenStore.changes(before, store)).containsExactly(CLEAN + ": 2 → 0", "All rules: 2 → 0");
    }

    @Test
    void withoutAStoreThereIsNothing() throws IOException {
        assertThat(FrozenStore.violations(folder)).isEmpty();
        assertThat(FrozenStore.changes(folder, folder)).containsExactly("All rules: 0 → 0");
    }
}
