package dev.tenantsafety.hibernate;

import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.Database;
import net.jqwik.api.Example;

/** Random programs in {@link FamilyWorld}. */
class FamilyHistoryProperties {

    private static void play(Database database, int histories) {
        try (World world = FamilyWorld.on(database)) {
            for (long seed = 0; seed < Cases.of(histories); seed++) {
                FamilyHistory.play(seed, world);
            }
        }
    }

    @Example
    void familiesAreAsWithHibernateAlone() {
        play(Database.H2, 1000);
    }

    @Example
    void theSameOnPostgresql() {
        play(Database.POSTGRESQL, 200);
    }
}
