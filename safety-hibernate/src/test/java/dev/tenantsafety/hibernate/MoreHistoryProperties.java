package dev.tenantsafety.hibernate;

import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.Database;
import net.jqwik.api.Example;

/** The other half, and some on PostgreSQL. */
class MoreHistoryProperties extends Histories {

    @Example
    void theSameOnPostgresql() {
        try (World other = new World(Database.POSTGRESQL)) {
            for (long seed = 0; seed < Cases.of(60); seed++) {
                play(seed, other);
            }
        }
    }
}
