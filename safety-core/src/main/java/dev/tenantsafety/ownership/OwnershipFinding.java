package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import java.util.List;

/**
 * Rows of a table whose owner is not clear.
 *
 * @param reason what is wrong with them
 * @param table the table
 * @param kind the kind of owner
 * @param rows how many
 * @param examples keys of a few of them, as text; where the table has no primary key, none
 * @param text all of it in words, with the ways that lead to the owners
 */
public record OwnershipFinding(
        Reason reason, TableName table, IdKind<?> kind, long rows, List<String> examples, String text) {

    /** What is wrong with rows. */
    public enum Reason {
        /** They belong to nobody, and nothing says that they are for all. */
        NOBODYS,
        /** Two ways lead to two owners, or one to an owner and another to all. */
        TWO_OWNERS,
        /** They point at rows of another owner. */
        POINTS_AT_ANOTHERS,
        /** They are for all, and point at rows of an owner. */
        FOR_ALL_POINTS_AT_OWNED
    }

    /** The text. */
    @Override
    public String toString() {
        return text;
    }
}
