package dev.tenantsafety.samples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.samples.replay.TheScript.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TheScriptTest {

    private static final int SITES = 12;

    @TempDir
    private static Path directory;

    private static World world;

    @BeforeAll
    static void start() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("replay.size", "tiny");
        properties.setProperty("replay.directory", directory.toString());
        world = World.start(Options.of(properties));
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    private static Stream<String> names() {
        return new Defences(directory).all().stream().map(Defence::name);
    }

    private static List<Row> play(String without) throws Exception {
        return new TheScript(world).play(new Defences(directory).all(), without);
    }

    @Test
    void eachDefenceStopsItAlone() throws Exception {
        List<Row> rows = play("");
        assertThat(rows).allMatch(row -> row.holds(SITES));
        assertThat(rows)
                .extracting(
                        row -> row.said().substring(0, Math.min(40, row.said().length())))
                .containsExactly(
                        "incompatible types: java.util.List<dev.t",
                        "Expected an app ID (app_…) but got a sit",
                        "Expected an app ID (app_…) but 016806b5-",
                        "the reader: Expected 12 app IDs, found 1",
                        "Expected an app ID (app_…) but got a sit",
                        "Has 12 targets, more than the 10 that on",
                        "4 violations: returns nothing, takes <id",
                        "12 marked, and one call takes them back",
                        "DELETE by native SQL would remove rows o");
    }

    @ParameterizedTest
    @MethodSource("names")
    void withoutItTheSitesAreLost(String name) throws Exception {
        List<Defence> alone = new Defences(directory)
                .all().stream().filter(one -> one.name().equals(name)).toList();
        assertThat(new TheScript(world).play(alone, name)).singleElement().satisfies(row -> {
            assertThat(row.holds(SITES)).isFalse();
            assertThat(row.lost()).isEqualTo(SITES);
            assertThat(row.said()).isEmpty();
        });
    }

    @Test
    void aDefenceThatIsNotThereCannotBeTakenAway() {
        assertThatThrownBy(() -> play("moat"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("replay.without is \"moat\"; it can be compiler, parser, tag, ");
    }
}
