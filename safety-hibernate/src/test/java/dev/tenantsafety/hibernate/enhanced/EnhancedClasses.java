package dev.tenantsafety.hibernate.enhanced;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hibernate.bytecode.enhance.spi.DefaultEnhancementContext;
import org.hibernate.bytecode.enhance.spi.Enhancer;
import org.hibernate.bytecode.enhance.spi.UnloadedClass;
import org.hibernate.bytecode.enhance.spi.UnloadedField;
import org.hibernate.bytecode.internal.BytecodeProviderInitiator;

/**
 * Makes a second copy of the compiled tests, in which Hibernate's bytecode enhancement has been applied to the entities and to all code
 * that touches their fields. Hibernate's Maven plugin is not released for every version that the tests run on.
 */
public final class EnhancedClasses {

    private static final String SUFFIX = ".class";

    private final Path from;
    private final Path to;
    private final List<String> leftOut;
    private final Enhancer enhancer;

    private EnhancedClasses(Path from, Path to, List<String> leftOut, Enhancer enhancer) {
        this.from = from;
        this.to = to;
        this.leftOut = leftOut;
        this.enhancer = enhancer;
    }

    /** Copies the directory that is named first to the one that is named second, without the test classes that are named after them. */
    public static void main(String[] arguments) throws IOException {
        Path from = Path.of(arguments[0]);
        List<String> leftOut = List.of(arguments).subList(2, arguments.length);
        Enhancer enhancer = BytecodeProviderInitiator.buildDefaultBytecodeProvider()
                .getEnhancer(new Everything(
                        new URLClassLoader(new URL[] {url(from)}, EnhancedClasses.class.getClassLoader())));
        new EnhancedClasses(from, Path.of(arguments[1]), leftOut, Objects.requireNonNull(enhancer)).copy();
    }

    private static URL url(Path directory) throws MalformedURLException {
        return directory.toUri().toURL();
    }

    private void copy() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.filter(file -> Files.isRegularFile(file) && !isLeftOut(file))
                    .toList();
        }
        // Entities and embeddables must be known before code that uses them is looked at.
        for (Path file : files) {
            if (file.toString().endsWith(SUFFIX)) {
                enhancer.discoverTypes(name(file), Files.readAllBytes(file));
            }
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            byte[] enhanced =
                    file.toString().endsWith(SUFFIX) ? enhancer.enhance(name(file), Files.readAllBytes(file)) : null;
            if (enhanced == null) {
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.write(target, enhanced);
            }
        }
    }

    private boolean isLeftOut(Path file) {
        String name = file.getFileName().toString();
        return leftOut.stream().anyMatch(test -> name.equals(test + SUFFIX) || name.startsWith(test + "$"));
    }

    private String name(Path file) {
        String path = from.relativize(file).toString();
        return path.substring(0, path.length() - SUFFIX.length())
                .replace('/', '.')
                .replace('\\', '.');
    }

    /** All that the plugin can be told to do, but for the other side of associations, which programs set themselves. */
    private static final class Everything extends DefaultEnhancementContext {

        private final ClassLoader classes;

        Everything(ClassLoader classes) {
            this.classes = classes;
        }

        @Override
        public ClassLoader getLoadingClassLoader() {
            return classes;
        }

        @Override
        public boolean doExtendedEnhancement(UnloadedClass type) {
            return true;
        }

        @Override
        public boolean doBiDirectionalAssociationManagement(UnloadedField field) {
            return false;
        }
    }
}
