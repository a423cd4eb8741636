package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;

/**
 * Rows of one table.
 *
 * @param table the table
 * @param inserted rows that were missing
 * @param updated rows that were there, and were replaced
 * @param kept rows that were there and differ, and stay by the policy
 * @param same rows that were there, as they are to be
 */
public record TableCount(TableName table, long inserted, long updated, long kept, long same) {

    TableCount plus(TableCount other) {
        return new TableCount(
                table, inserted + other.inserted, updated + other.updated, kept + other.kept, same + other.same);
    }

    static TableCount same(TableName table, long rows) {
        return new TableCount(table, 0, 0, 0, rows);
    }

    static TableCount none(TableName table) {
        return new TableCount(table, 0, 0, 0, 0);
    }

    /**
     * All of them.
     *
     * @return the sum
     */
    public long rows() {
        return inserted + updated + kept + same;
    }
}
