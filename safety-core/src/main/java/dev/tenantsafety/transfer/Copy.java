package dev.tenantsafety.transfer;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** Rows as PostgreSQL's COPY has them, chunk by chunk (PostgreSQL documentation, "COPY", text format). */
final class Copy {

    /** A chunk ends when it has this much, whatever its number of rows. */
    private static final int MAX_BYTES = 8 << 20;

    private Copy() {}

    /**
     * Some rows of a table.
     *
     * @param number counted from 0 within what was read
     * @param rows how many
     * @param text the rows, each with its line feed
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on and thrown away; nobody compares chunks
    record Chunk(int number, long rows, byte[] text) {

        String sha256() {
            return Copy.sha256(text);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JDK has it
        }
    }

    /** Takes a chunk. */
    @FunctionalInterface
    interface Sink {
        void take(Chunk chunk) throws SQLException;
    }

    private static CopyManager manager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** Reads what a {@code copy … to stdout} gives, and hands it on in chunks; the last one may be small, and there may be none. */
    static void out(Connection connection, String sql, int chunkRows, Sink sink) throws SQLException {
        CopyOut copy = manager(connection).copyOut(sql);
        try {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            long rows = 0;
            int number = 0;
            byte[] row = copy.readFromCopy();
            while (row != null) {
                text.writeBytes(row);
                rows++;
                if (rows == chunkRows || text.size() >= MAX_BYTES) {
                    sink.take(new Chunk(number++, rows, text.toByteArray()));
                    text.reset();
                    rows = 0;
                }
                row = copy.readFromCopy();
            }
            if (rows > 0) {
                sink.take(new Chunk(number, rows, text.toByteArray()));
            }
        } finally {
            // To the end, where the work was broken off too: a cancel may reach the server late, and hit the next
            // statement.
            while (copy.isActive() && copy.readFromCopy() != null) {}
        }
    }

    /** Writes rows into what a {@code copy … from stdin} names. */
    static void in(Connection connection, String sql, Chunk chunk) throws SQLException {
        CopyIn copy = manager(connection).copyIn(sql);
        try {
            copy.writeToCopy(chunk.text(), 0, chunk.text().length);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
