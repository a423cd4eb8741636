package dev.tenantsafety.archive;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** A number of 128 bits that rows are summed up to, so that their order does not matter. */
record RowHash(long high, long low) {

    static final RowHash ZERO = new RowHash(0, 0);

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    RowHash plus(RowHash other) {
        return plus(other.high, other.low);
    }

    RowHash plus(long otherHigh, long otherLow) {
        long sum = low + otherLow;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new RowHash(high + otherHigh + carry, sum);
    }

    String hex() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    static String require(String hex) {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("The hash of the rows is " + Shown.of(hex)
                    + ", not 32 lower case hexadecimal digits. Write it as docs/archive-format.md says.");
        }
        return hex;
    }
}
