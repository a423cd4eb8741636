package dev.tenantsafety.hibernate;

import dev.tenantsafety.testing.Database;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random histories in {@link RichWorld}. */
class RichHistoryProperties {

    private static World world;

    @BeforeContainer
    static void start() {
        world = RichWorld.on(Database.H2);
    }

    @AfterContainer
    static void stop() {
        world.close();
    }

    @Property(tries = 100)
    void othersAreLeftAloneAndNothingOfThemIsRead(@ForAll long seed) {
        Random seeds = new Random(seed);
        for (int i = 0; i < 2; i++) {
            RichHistory.play(seeds.nextLong(), world);
        }
    }
}
