package dev.tenantsafety.transfer;

import java.math.BigDecimal;

/**
 * What a plan saw of some rows, and an execution has to see again.
 *
 * @param count what would become of them
 * @param source the hash of their text; empty if they were not handed on, for all were there as they are to be
 * @param replaced a sum of the hashes of live rows that they would replace
 */
record SeenChunk(TableCount count, String source, BigDecimal replaced) {

    static SeenChunk same(TableCount count) {
        return new SeenChunk(count, "", BigDecimal.ZERO);
    }

    boolean writesNothing() {
        return count.inserted() == 0 && count.updated() == 0;
    }

    boolean writesAll() {
        return count.inserted() == count.rows();
    }

    /** The same whatever the scale of the sum, which is of integers. */
    boolean isAs(SeenChunk other) {
        return count.equals(other.count) && source.equals(other.source) && replaced.compareTo(other.replaced) == 0;
    }

    @Override
    public String toString() {
        return count + " " + source + " " + replaced.toBigInteger();
    }
}
