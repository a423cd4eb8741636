package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without Jackson the library loads, and says what archives need. */
class JsonLibraryTest {

    private static final String MESSAGE =
            "Archives need tools.jackson.core:jackson-core 3.1 or later, which is not there."
                    + " Add that dependency; on the module path also --add-modules tools.jackson.core, unless a module of yours"
                    + " requires it.";

    @Test
    void withoutItTheMessageNamesIt(@TempDir Path folder) throws Exception {
        URL library = TenantId.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {library}, ClassLoader.getPlatformClassLoader())) {
            Class<?> reader = alone.loadClass("dev.tenantsafety.archive.ArchiveReader");
            Class<?> trust = alone.loadClass("dev.tenantsafety.archive.ArchiveTrust");
            Class<?> limits = alone.loadClass("dev.tenantsafety.archive.ArchiveLimits");
            Object nobody = trust.getMethod("nobody").invoke(null);
            Object standard = limits.getMethod("standard").invoke(null);
            assertThatThrownBy(() -> reader.getMethod("open", Path.class, trust, limits)
                            .invoke(null, folder.resolve("a.zip"), nobody, standard))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(MESSAGE);
            Class<?> writer = alone.loadClass("dev.tenantsafety.archive.ArchiveWriter");
            Class<?> header = alone.loadClass("dev.tenantsafety.archive.ArchiveHeader");
            Class<?> options = alone.loadClass("dev.tenantsafety.archive.ArchiveOptions");
            Class<?> seal = alone.loadClass("dev.tenantsafety.archive.ArchiveSeal");
            Object tenant = alone.loadClass("dev.tenantsafety.id.TenantId")
                    .getMethod("create")
                    .invoke(null);
            Object tenantHeader = header.getMethod("of", Collection.class).invoke(null, List.of(tenant));
            Object unsigned = options.getMethod("sealedBy", seal)
                    .invoke(null, seal.getMethod("unsigned").invoke(null));
            assertThatThrownBy(() -> writer.getMethod("create", Path.class, header, options)
                            .invoke(null, folder.resolve("a.zip"), tenantHeader, unsigned))
                    .cause()
                    .hasMessage(MESSAGE);
            assertThat(folder).isEmptyDirectory();
        }
    }
}
