package dev.tenantsafety.hibernate;

import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.Database;
import net.jqwik.api.Example;

/** Some of them on PostgreSQL; in a class of its own, for factories of one JVM share the manager of their caches. */
class MoreRichHistoryProperties {

    @Example
    void theSameOnPostgresql() {
        try (World world = RichWorld.on(Database.POSTGRESQL)) {
            for (long seed = 0; seed < Cases.of(200); seed++) {
                RichHistory.play(seed, world);
            }
        }
    }
}
