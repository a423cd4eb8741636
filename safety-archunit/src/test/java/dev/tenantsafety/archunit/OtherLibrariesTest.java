package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each row of the table of other libraries is found where it is called. The libraries are not on the class path of these tests: types of the
 * same names are compiled in their place.
 */
class OtherLibrariesTest {

    @TempDir
    private Path folder;

    private final Map<String, String> sources = new LinkedHashMap<>();

    private JavaClasses compiled() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach((name, text) -> files.add(
                new SimpleJavaFileObject(
                        URI.create("string:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                }));
        boolean isWell = compiler.getTask(said, null, null, List.of("-d", folder.toString(), "-proc:none"), null, files)
                .call();
        assertThat(isWell).as(said.toString()).isTrue();
        return new ClassFileImporter().importPath(folder);
    }

    private void source(String name, String body) {
        int dot = name.lastIndexOf('.');
        sources.put(name, "package " + name.substring(0, dot) + ";\n" + body);
    }

    private static List<String> found(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails().stream()
                .map(text -> text.replaceAll(" in \\([^)]*\\): .*", "").replaceAll("\\(.*?\\)", "()"))
                .sorted()
                .toList();
    }

    @Test
    void eachRowIsFound() throws IOException {
        Map<String, Map<String, TreeSet<String>>> types = new LinkedHashMap<>();
        List<String> expected = new ArrayList<>();
        StringBuilder uses = new StringBuilder("public class Uses {\n");
        int number = 0;
        for (DeletingCall call : DeletingCall.OF_OTHERS) {
            String[] nested = call.owner().split("\\$", -1);
            boolean isThere = call.owner().startsWith("java.");
            String simple = call.owner().substring(call.owner().lastIndexOf('.') + 1);
            for (String method : call.methods()) {
                boolean isConstructor = method.equals("<init>");
                if (!isThere) {
                    types.computeIfAbsent(nested[0], any -> new LinkedHashMap<>())
                            .computeIfAbsent(nested.length == 1 ? "" : nested[1], any -> new TreeSet<>())
                            .add(method);
                }
                String source = call.owner().replace('$', '.');
                uses.append("void m" + number + "(" + source + " one) throws Exception { "
                        + (isConstructor ? "new " + source + "();" : "one." + method + "();") + " }\n");
                expected.add("Method <acme.Uses.m" + number + "()> calls <" + simple + "." + method + "()>");
                number++;
            }
        }
        types.forEach((outer, all) -> {
            StringBuilder body =
                    new StringBuilder("public class " + outer.substring(outer.lastIndexOf('.') + 1) + " {\n");
            all.forEach((inner, methods) -> {
                StringBuilder members = new StringBuilder();
                methods.stream()
                        .filter(method -> !method.equals("<init>"))
                        .forEach(method -> members.append("public void " + method + "() {}\n"));
                body.append(inner.isEmpty() ? members : "public static class " + inner + " {\n" + members + "}\n");
            });
            source(outer, body + "}\n");
        });
        source("acme.Uses", uses + "}\n");
        assertThat(found(HardDeleteRules.NO_REMOVAL_BY_OTHER_LIBRARIES, compiled()))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatASubclassInheritsIsFound() {
        source("io.ebean.Model", "public class Model { public boolean delete() { return true; } }");
        source("acme.Ticket", "public class Ticket extends io.ebean.Model { public void remove() { delete(); } }");
        assertThat(found(HardDeleteRules.NO_REMOVAL_BY_OTHER_LIBRARIES, compiled()))
                .containsExactly("Method <acme.Ticket.remove()> calls <Model.delete()>");
    }

    @Test
    void repositoriesThatDeclareRemovals() {
        source("io.micronaut.data.repository.GenericRepository", "public interface GenericRepository<E, I> {}");
        source(
                "io.micronaut.data.annotation.Repository",
                "@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) public @interface Repository {}");
        source(
                "jakarta.data.repository.Delete",
                "@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) public @interface Delete {}");
        source(
                "acme.Tickets",
                "interface Tickets extends io.micronaut.data.repository.GenericRepository<String, Long> {"
                        + " void deleteById(Long id); long deleteByClosedTrue(); long countByClosedTrue(); default void deleteAll() {} }");
        source(
                "acme.Notes",
                "@io.micronaut.data.annotation.Repository interface Notes { void removeByAuthor(String name); }");
        source(
                "acme.Labels",
                "interface Labels { @jakarta.data.repository.Delete void dismiss(String one); void deleteBy(); }");
        assertThat(found(HardDeleteRules.NO_REMOVAL_IN_OTHER_REPOSITORIES, compiled()))
                .containsExactly(
                        "Method <acme.Labels.dismiss()> is annotated with @Delete",
                        "Method <acme.Notes.removeByAuthor()> is a removal by its name",
                        "Method <acme.Tickets.deleteByClosedTrue()> is a removal by its name",
                        "Method <acme.Tickets.deleteById()> is a removal by its name");
    }
}
