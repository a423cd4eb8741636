package dev.tenantsafety.benchmarks.transfer;

/**
 * How many rows there are.
 *
 * @param tenants who share the tables, each with as many rows
 * @param units the first of them, whose rows are transferred
 * @param entries rows of a tenant in the large table
 * @param others rows of a tenant in each of the thirteen small ones
 */
record Sizes(int tenants, int units, int entries, int others) {

    /** Rows that are transferred. */
    long rows() {
        return units * (1L + entries + 13L * others);
    }

    /** The same units among ten times as many rows of other tenants. */
    Sizes amongTenTimesAsMany() {
        return new Sizes(units + 10 * (tenants - units), units, entries, others);
    }
}
