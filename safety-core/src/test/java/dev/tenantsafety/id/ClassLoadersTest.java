package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds of a web application: its class loader comes and goes while the library's stays. */
class ClassLoadersTest {

    private static final String SOURCE = """
            package shop;

            import dev.tenantsafety.id.*;
            import java.util.*;

            public record BasketId(UUID uuid) implements TypedId<BasketId> {
                public static final IdKind<BasketId> KIND = IdKind.of("basket", BasketId.class, BasketId::new);
                public BasketId { KIND.check(uuid); }
                @Override public IdKind<BasketId> kind() { return KIND; }
                @Override public String toString() { return KIND.format(this); }

                public static final class Kinds implements IdKindProvider {
                    @Override public Collection<IdKind<?>> kinds() { return List.of(KIND); }
                }
            }
            """;

    @TempDir
    private Path classes;

    @BeforeEach
    void compile() throws IOException {
        Path source = Files.createDirectories(classes.resolve("shop")).resolve("BasketId.java");
        Files.writeString(source, SOURCE);
        compile(source);
    }

    private void compile(Path source) {
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        assertThat(result).isZero();
    }

    private URLClassLoader application() throws IOException {
        return new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    }

    private static IdKind<?> kindOf(ClassLoader loader) throws ReflectiveOperationException {
        return (IdKind<?>) loader.loadClass("shop.BasketId").getField("KIND").get(null);
    }

    @Test
    void theSameClassMayBeThereTwice() throws Exception {
        try (URLClassLoader one = application();
                URLClassLoader other = application()) {
            String text = kindOf(one).create().toString();
            assertThat(kindOf(other).parse(text)).hasToString(text);
            assertThat(kindOf(other)).isNotSameAs(kindOf(one));
        }
    }

    @Test
    void aClassLoaderThatIsLetGoIsCollectedWithItsKinds() throws Exception {
        WeakReference<ClassLoader> gone = useAndLetGo();
        for (int i = 0; i < 100 && gone.get() != null; i++) {
            System.gc();
            Thread.onSpinWait();
        }
        assertThat(gone.get()).as("the application's class loader").isNull();
        assertThat(IdKinds.all()).extracting(IdKind::prefix).doesNotContain("basket");
        assertThat(IdKinds.registry().withPrefix("basket")).isNull();
    }

    private WeakReference<ClassLoader> useAndLetGo() throws Exception {
        try (URLClassLoader application = application()) {
            IdKind<?> kind = kindOf(application);
            assertThat(kind.parse(kind.create().toString()).kind()).isSameAs(kind);
            assertThat(kind.tryParse("nonsense")).isInstanceOf(ParseResult.Refused.class);
            assertThat(IdKinds.all()).contains(kind);
            return new WeakReference<>(application);
        }
    }

    @Test
    void aProvidedKindIsNamedBeforeItsClassIsUsed() throws Exception {
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(IdKindProvider.class.getName()), "shop.BasketId$Kinds");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader application = application()) {
            thread.setContextClassLoader(application);
            assertThatThrownBy(() -> AppId.parse("basket_01h455vb4pex5vsknk084sn02q"))
                    .isInstanceOf(IllegalIdException.class)
                    .hasMessageContaining("got a basket ID: basket_01h455vb4pex5vsknk084sn02q (BasketId)");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aProviderThatThrowsIsReportedToWhoListsTheKindsAndNotToWhoParses() throws Exception {
        Path source = classes.resolve("shop").resolve("Broken.java");
        Files.writeString(source, """
                package shop;

                public final class Broken implements dev.tenantsafety.id.IdKindProvider {
                    @Override public java.util.Collection<dev.tenantsafety.id.IdKind<?>> kinds() {
                        throw new IllegalArgumentException("boom");
                    }
                }
                """);
        compile(source);
        assertReportedToWhoListsTheKindsOnly("shop.Broken", IllegalArgumentException.class, "boom");
    }

    @Test
    void aMissingProviderIsReportedToWhoListsTheKindsAndNotToWhoParses() throws Exception {
        assertReportedToWhoListsTheKindsOnly("shop.Missing", java.util.ServiceConfigurationError.class, "shop.Missing");
    }

    private void assertReportedToWhoListsTheKindsOnly(
            String provider, Class<? extends Throwable> failure, String message) throws IOException {
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(IdKindProvider.class.getName()), provider);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader application = application()) {
            thread.setContextClassLoader(application);
            assertThatThrownBy(() -> AppId.parse("wombat_01h455vb4pex5vsknk084sn02q"))
                    .isInstanceOf(IllegalIdException.class)
                    .hasMessageContaining("wombat");
            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(IdKinds::all).isInstanceOf(failure).hasMessageContaining(message);
            }
        } finally {
            thread.setContextClassLoader(before);
        }
        IdKinds.register(SiteId.KIND);
        assertThat(IdKinds.all()).contains(SiteId.KIND);
    }
}
