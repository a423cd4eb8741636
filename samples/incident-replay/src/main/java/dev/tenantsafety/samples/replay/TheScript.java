package dev.tenantsafety.samples.replay;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Act 1: the list is handed over, with one defence at a time. */
final class TheScript {

    /**
     * What became of one.
     *
     * @param defence which
     * @param said what it said
     * @param lost sites that would have been gone
     * @param lostWithout the same in the same run without it, which shows that nothing else stopped the script
     */
    record Row(Defence defence, String said, int lost, int lostWithout) {

        /** Whether it stopped the script, alone. */
        boolean holds(int sites) {
            return lost == 0 && !said.isEmpty() && lostWithout == sites;
        }
    }

    private final World world;

    TheScript(World world) {
        this.world = world;
    }

    /** Each of them; the one that is taken away is tried without itself. */
    List<Row> play(List<Defence> defences, String without) throws Exception {
        if (!without.isEmpty() && defences.stream().noneMatch(one -> one.name().equals(without))) {
            throw new IllegalArgumentException("replay.without is \"" + without + "\"; it can be "
                    + String.join(", ", defences.stream().map(Defence::name).toList()) + ".");
        }
        List<Row> rows = new ArrayList<>();
        for (Defence defence : defences) {
            Trial with = attempt(defence, !defence.name().equals(without));
            Trial control = attempt(defence, false);
            rows.add(new Row(defence, with.said(), with.lost(), control.lost()));
        }
        return rows;
    }

    private record Trial(String said, int lost) {}

    /** Counts what is gone where it went, and takes it back. */
    private Trial attempt(Defence defence, boolean isThere) throws Exception {
        List<UUID> sites = world.bare();
        try (Connection connection = world.live().getConnection()) {
            connection.setAutoCommit(false);
            try {
                String said = defence.attempt().run(isThere, world, connection);
                return new Trial(said, sites.size() - World.there(connection, sites));
            } finally {
                connection.rollback();
            }
        }
    }
}
