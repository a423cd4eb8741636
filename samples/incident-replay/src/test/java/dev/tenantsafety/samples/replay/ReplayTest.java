package dev.tenantsafety.samples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {

    @TempDir
    private Path directory;

    private final Properties properties = new Properties();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private boolean play(String database, String without) throws Exception {
        properties.setProperty("replay.size", "tiny");
        properties.setProperty("replay.database", database);
        properties.setProperty("replay.without", without);
        properties.setProperty("replay.directory", directory.toString());
        return Replay.play(
                Options.of(properties), new Terminal(new PrintStream(said, true, StandardCharsets.UTF_8), false));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "h2"})
    void allActsHold(String database) throws Exception {
        assertThat(play(database, "")).as(said()).isTrue();
        assertThat(said())
                .contains("✔ 9 defences, each alone: 0 sites lost. Without any: 12 each time.")
                .contains("✔ 5 of 5 acts hold")
                .doesNotContain("\u001b[");
        assertThat(directory.resolve("index.html")).isNotEmptyFile();
    }
}
