package dev.tenantsafety.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody can paste a line from the guide that does not compile. */
class SnippetsTest {

    private static final Path PROJECT = Path.of("..", "..").toAbsolutePath().normalize();

    @Test
    void eachJavaBlockOfReadmeAndGuideStandsInASourceThatIsCompiledAndRun() throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path source : files(PROJECT.resolve("samples"), ".java")) {
            sources.add(condense(Files.readString(source)));
        }
        List<Path> pages = new ArrayList<>(files(PROJECT.resolve("docs"), ".md"));
        pages.add(PROJECT.resolve("README.md"));
        int snippets = 0;
        for (Path page : pages) {
            for (String block : javaBlocks(Files.readString(page))) {
                snippets++;
                boolean isCompiled = sources.stream().anyMatch(source -> source.contains(condense(block)));
                assertThat(isCompiled)
                        .as("%s shows code that is not compiled:%n%s", page.getFileName(), block)
                        .isTrue();
            }
        }
        assertThat(snippets).isGreaterThan(10);
    }

    @Test
    void codeThatIsNotCompiledIsFound() {
        assertThat(javaBlocks("text\n```java\nint a;\n```\n```\nnot java\n```\n"))
                .containsExactly("int a;\n");
        assertThat(condense("int a =\n    1;"))
                .isEqualTo(condense("  int a = 1;"))
                .isNotEqualTo(condense("int b = 1;"));
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static List<String> javaBlocks(String page) {
        return Stream.of(page.split("(?m)^```"))
                .filter(block -> block.startsWith("java\n"))
                .map(block -> block.substring("java\n".length()))
                .toList();
    }

    private static String condense(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }
}
