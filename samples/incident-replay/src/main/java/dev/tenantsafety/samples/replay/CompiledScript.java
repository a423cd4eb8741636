package dev.tenantsafety.samples.replay;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The script as source: it is really compiled, and run if that works. */
final class CompiledScript {

    private static final String SOURCE = """
            import dev.tenantsafety.id.AppId;
            import dev.tenantsafety.id.SiteId;
            import java.util.List;
            import java.util.UUID;
            import java.util.function.Consumer;

            public class Script {
                public static void run(List<%s> list, Consumer<List<%s>> retireApps) {
                    retireApps.accept(list);
                }
            }
            """;

    private final Path directory;

    CompiledScript(Path directory) {
        this.directory = directory;
    }

    /** What the compiler says of a list of the one type where a list of the other is asked for; empty if it has nothing to say. */
    String compile(String given, String asked) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("There is no compiler here. Run the replay with a JDK.");
        }
        String source = SOURCE.formatted(given, asked);
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Script.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        Files.createDirectories(directory);
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        List<String> options = List.of("-proc:none", "-d", directory.toString(), "-classpath", ClassPath.own());
        compiler.getTask(new StringWriter(), null, said, options, null, List.of(file))
                .call();
        return said.getDiagnostics().stream()
                .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
                .map(one -> one.getMessage(Locale.ENGLISH).replaceAll("\\s+", " "))
                .findFirst()
                .orElse("");
    }

    /** What was compiled for bare UUIDs is run. */
    void run(List<UUID> list, Deleting retire) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            Method run = loader.loadClass("Script").getMethod("run", List.class, java.util.function.Consumer.class);
            run.invoke(null, list, (java.util.function.Consumer<List<UUID>>) retire::unchecked);
        }
    }

    /** What deletes. */
    @FunctionalInterface
    interface Deleting {
        void delete(List<UUID> ids) throws Exception;

        private void unchecked(List<UUID> ids) {
            try {
                delete(ids);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
