package dev.tenantsafety.archive;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * Counts and sums up the rows of COPY text that comes in pieces. In COPY text each row ends with a line feed, and a line
 * feed within a value is written as a backslash and an n (PostgreSQL, COPY, text format).
 */
final class RowTally implements Gzip.Sink {

    private final MessageDigest row = Sha256.start();
    private final byte[] hash = new byte[Sha256.BYTES];
    private final ByteBuffer halves = ByteBuffer.wrap(hash);
    private final MessageDigest whole = Sha256.start();
    private RowHash sum = RowHash.ZERO;
    private long rows;
    private long rowLength;
    private final CopyText form = new CopyText();

    @Override
    public void take(byte[] bytes, int length) {
        whole.update(bytes, 0, length);
        form.take(bytes, length);
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                part(bytes, start, i);
                endRow();
                start = i + 1;
            }
        }
        part(bytes, start, length);
    }

    private void part(byte[] bytes, int start, int end) {
        row.update(bytes, start, end - start);
        rowLength += end - start;
    }

    private void endRow() {
        try {
            row.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes.", e);
        }
        sum = sum.plus(halves.getLong(0), halves.getLong(Long.BYTES));
        rows++;
        rowLength = 0;
    }

    /** What is wrong with the text as a whole, or an empty text. */
    String problem() {
        if (rowLength > 0 && form.problem().isEmpty()) {
            return "its last row has no line end";
        }
        return rows == 0 ? "it holds no row" : form.problem();
    }

    /** How many fields each row has. */
    int fields() {
        return form.fields();
    }

    long rows() {
        return rows;
    }

    RowHash sum() {
        return sum;
    }

    /** The SHA-256 of all text; ends the tally. */
    String sha256() {
        return Sha256.hex(whole.digest());
    }
}
