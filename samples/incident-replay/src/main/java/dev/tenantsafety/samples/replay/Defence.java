package dev.tenantsafety.samples.replay;

import java.sql.Connection;

/**
 * One thing that would have stopped the script.
 *
 * @param name a word, for {@code replay.without}
 * @param title for the table
 * @param attempt runs the script
 */
record Defence(String name, String title, Attempt attempt) {

    /** Runs the script up to the deletion of all 883 sites. */
    @FunctionalInterface
    interface Attempt {

        /**
         * Within the connection's transaction, which is rolled back afterwards.
         *
         * @param isThere whether the defence is there; nothing else is, either way
         * @return what it said when it stopped the script; empty if nothing did
         */
        String run(boolean isThere, World world, Connection connection) throws Exception;
    }
}
