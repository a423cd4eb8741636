package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;

/**
 * Which rows of a table belong to given owners, as a condition in SQL.
 *
 * <p>Foreign keys are followed from the table to its owners with {@code in (select …)}, which databases answer from either end; so
 * with an index on the columns of each step the cost follows the owners' rows and not the table's.
 */
public final class Selection {

    private final OwnershipModel model;
    private final OwnedTable table;
    private final IdKind<?> kind;

    Selection(OwnershipModel model, OwnedTable table, IdKind<?> kind) {
        this.model = model;
        this.table = table;
        this.kind = kind;
    }

    /**
     * The table.
     *
     * @return the table
     */
    public OwnedTable table() {
        return table;
    }

    /**
     * The kind of owner.
     *
     * @return the kind
     */
    public IdKind<?> kind() {
        return kind;
    }

    /**
     * True for the rows that belong to one of the owners.
     *
     * @param alias of the table in the statement, as it is written there
     * @param owners what follows the column that holds an owner: {@code = any (?)}, {@code in (select …)}; it occurs as often as
     *     {@link #occurrences} says
     * @return a condition in parentheses where it needs them
     */
    public String where(String alias, String owners) {
        return new OwnerSql(model, kind).belongsTo(table, alias, owners);
    }

    /**
     * True for rows that say themselves, or by rows that they point at and that are there, that they belong to somebody else than one
     * of the owners, or are for all. For rows that stand in another table and have not been written yet.
     *
     * @param alias of the rows in the statement
     * @param owners as in {@link #where}
     * @return a condition in parentheses where it needs them
     */
    public String elsewhere(String alias, String owners) {
        return new OwnerSql(model, kind).elsewhere(table, alias, owners);
    }

    /**
     * How often the owners occur in the condition.
     *
     * @return at least 1
     */
    public int occurrences() {
        String mark = "\u0001";
        return (int) where("t", mark).chars().filter(c -> c == mark.charAt(0)).count();
    }

    /**
     * True for the rows that have an owner of the kind: where {@link #owner} is not null.
     *
     * @param alias of the table in the statement
     * @return a condition in parentheses
     */
    public String hasOwner(String alias) {
        return new OwnerSql(model, kind).hasOwner(table, alias);
    }

    /**
     * The owner of a row, as an expression.
     *
     * @param alias of the table in the statement
     * @return the expression; null for rows that are for all or nobody's
     */
    public String owner(String alias) {
        return new OwnerSql(model, kind).owner(table, alias);
    }
}
