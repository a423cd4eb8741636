package dev.tenantsafety.benchmarks.transfer;

/**
 * How many rows there are.
 *
 * @param tables in which
 * @param tenants who share the tables, each with as many rows
 * @param units the first of them, whose rows are transferred
 * @param entries rows of a tenant in the large table, if there is one
 * @param others rows of a tenant in each of the small ones
 */
record Sizes(Tables tables, int tenants, int units, int entries, int others) {

    /** In tables of which one is large. */
    Sizes(int tenants, int units, int entries, int others) {
        this(Tables.ONE_LARGE, tenants, units, entries, others);
    }

    /** Rows that are transferred. */
    long rows() {
        return units
                * tables.all().stream()
                        .filter(table -> !table.isOfOthers())
                        .mapToLong(table -> table.isRoot() ? 1 : table.isLarge() ? entries : others)
                        .sum();
    }

    /** The same units among ten times as many rows of other tenants. */
    Sizes amongTenTimesAsMany() {
        return new Sizes(tables, units + 10 * (tenants - units), units, entries, others);
    }
}
