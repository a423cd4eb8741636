package dev.tenantsafety.samples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void allActsHold() throws Exception {
        assertThat(play("postgresql", "")).as(said()).isTrue();
        assertThat(said())
                .contains("✔ 9 defences, each alone: 0 sites lost. Without any: 12 each time.")
                .contains("✔ 5 of 5 acts hold")
                .doesNotContain("\u001b[");
        assertThat(directory.resolve("index.html"))
                .content()
                .contains("5 of 5 acts hold", "prefers-color-scheme: dark", "<svg", "the tag in a bare UUID")
                .as("needs no network")
                .doesNotContain("{{", "src=", "href=", "url(", "@import", "<script");
    }

    @Test
    void onH2AndADefenceThatIsTakenAwayLosesItsActAndTheReplay() throws Exception {
        assertThat(play("h2", "census")).isFalse();
        assertThat(said())
                .contains("✘ This does not hold: the census of a list stops it alone.")
                .contains("✘ 4 of 5 acts hold");
    }

    @Test
    void whatCannotBePlayedIsSaid() {
        properties.setProperty("replay.size", "huge");
        assertThatThrownBy(() -> Options.of(properties))
                .hasMessage("replay.size is \"huge\"; it can be default, small or tiny.");
        properties.setProperty("replay.size", "");
        properties.setProperty("replay.database", "oracle");
        assertThatThrownBy(() -> Options.of(properties)).hasMessageStartingWith("replay.database is \"oracle\";");
        properties.setProperty("replay.database", "");
        properties.setProperty("replay.url", "jdbc:postgresql://localhost/live");
        assertThatThrownBy(() -> Options.of(properties)).hasMessageEndingWith("name both, or none.");
    }

    @Test
    void coloursAreForTerminals() {
        Terminal coloured = new Terminal(new PrintStream(said, true, StandardCharsets.UTF_8), true);
        coloured.result(true, "good");
        assertThat(said()).isEqualTo("  \u001b[32m✔ \u001b[0mgood" + System.lineSeparator());
    }
}
