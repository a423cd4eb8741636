package dev.tenantsafety.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The library where it is deployed: alone on a class path, and as a module. */
class DeploymentTest {

    private static final String SITE = "site_01h455vb4pex5vsknk084sn02q";
    private static final String SENTENCE = "Expected an app ID (app_…) but got a site ID: " + SITE + " (SiteId).";

    private static Path locationOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static void assertThatIdsWork(ClassLoader loader) throws Exception {
        Class<?> app = loader.loadClass("dev.tenantsafety.id.AppId");
        assertThat(app.getClassLoader()).isNotSameAs(DeploymentTest.class.getClassLoader());
        Object created = app.getMethod("create").invoke(null);
        assertThat(app.getMethod("parse", String.class).invoke(null, created.toString()))
                .isEqualTo(created);
        assertThatThrownBy(() -> app.getMethod("parse", String.class).invoke(null, SITE))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .hasMessageStartingWith(SENTENCE);
        List<?> kinds = (List<?>)
                loader.loadClass("dev.tenantsafety.id.IdKinds").getMethod("all").invoke(null);
        assertThat(kinds.toString()).contains("app (AppId)");
    }

    @Test
    void withNothingElseOnTheClassPathAllButValidationWorks() throws Exception {
        URL library = locationOf(dev.tenantsafety.id.TypedId.class).toUri().toURL();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {library}, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> alone.loadClass("jakarta.validation.Constraint"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatIdsWork(alone);
        }
    }

    @Test
    void asAModuleItWorksAndHidesWhatIsNotExported() throws Exception {
        ModuleFinder finder = ModuleFinder.of(locationOf(dev.tenantsafety.id.TypedId.class));
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration =
                boot.configuration().resolve(finder, ModuleFinder.of(), Set.of("dev.tenantsafety.core"));
        ModuleLayer layer = boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
        ClassLoader loader = layer.findLoader("dev.tenantsafety.core");
        assertThatIdsWork(loader);
        Module module = layer.findModule("dev.tenantsafety.core").orElseThrow();
        assertThat(module.getDescriptor().exports())
                .extracting(export -> export.source())
                .containsExactlyInAnyOrder(
                        "dev.tenantsafety",
                        "dev.tenantsafety.archive",
                        "dev.tenantsafety.guard",
                        "dev.tenantsafety.id",
                        "dev.tenantsafety.jdbc",
                        "dev.tenantsafety.ownership",
                        "dev.tenantsafety.scope",
                        "dev.tenantsafety.scope.propagation",
                        "dev.tenantsafety.transfer",
                        "dev.tenantsafety.validation");
        assertThat(module.getDescriptor().requires())
                .filteredOn(required ->
                        !required.modifiers().contains(java.lang.module.ModuleDescriptor.Requires.Modifier.STATIC))
                .extracting(required -> required.name())
                .containsExactlyInAnyOrder("java.base", "java.sql");
    }
}
