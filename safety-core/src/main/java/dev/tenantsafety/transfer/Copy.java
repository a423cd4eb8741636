package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes));
    }

    /** The first 64 bits of it. */
    static long shortSha256(byte[] bytes) {
        return ByteBuffer.wrap(digest(bytes)).getLong();
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JDK has it
        }
    }

    /**
     * Takes a chunk.
     *
     * @param <X> what it throws beside what the database does
     */
    @FunctionalInterface
    interface Sink<X extends Exception> {
        void take(Chunk chunk) throws SQLException, X;
    }

    /**
     * Takes a chunk of one owner's rows.
     *
     * @param <X> what it throws beside what the database does
     */
    @FunctionalInterface
    interface OwnerSink<X extends Exception> {
        void take(String owner, Chunk chunk) throws SQLException, X;
    }

    private static CopyManager manager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** Reads what a query gives, and hands it on in chunks; the last one may be small, and there may be none. */
    static <X extends Exception> void out(Connection connection, String select, int chunkRows, Sink<X> sink)
            throws SQLException, X {
        Chunks chunks = new Chunks(chunkRows);
        Copy.<X>rows(connection, select, row -> {
            if (chunks.isFull(row.length)) {
                sink.take(chunks.next());
            }
            chunks.add(row, 0, 1);
        });
        if (!chunks.isEmpty()) {
            sink.take(chunks.next());
        }
    }

    /** The same of rows whose first field is their owner, which is taken off; a chunk holds rows of one owner. */
    static <X extends Exception> void outByFirstField(
            Connection connection, String select, int chunkRows, OwnerSink<X> sink) throws SQLException, X {
        Chunks chunks = new Chunks(chunkRows);
        String[] owner = {""};
        Copy.<X>rows(connection, select, row -> {
            int tab = Keys.fieldEnd(row, 0);
            boolean isOther = !Keys.equals(row, tab, owner[0]);
            if (!chunks.isEmpty() && (isOther || chunks.isFull(row.length))) {
                sink.take(owner[0], chunks.next());
            }
            if (isOther) {
                owner[0] = new String(row, 0, tab, StandardCharsets.UTF_8);
            }
            chunks.add(row, tab + 1, 1);
        });
        if (!chunks.isEmpty()) {
            sink.take(owner[0], chunks.next());
        }
    }

    private static <X extends Exception> void rows(Connection connection, String select, TextRows.Sink<X> sink)
            throws SQLException, X {
        if (Dialect.of(connection) != Dialect.POSTGRESQL) {
            TextRows.read(connection, select, sink);
            return;
        }
        CopyOut copy = manager(connection).copyOut("copy (" + select + ") to stdout");
        try {
            long rows = 0;
            byte[] row = copy.readFromCopy();
            while (row != null) {
                sink.take(row);
                rows++;
                row = copy.readFromCopy();
            }
            if (rows != copy.getHandledRowCount()) {
                throw new SQLException("The database sent " + copy.getHandledRowCount() + " rows, and " + rows
                        + " arrived. Try again.");
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
            long rows = copy.endCopy();
            if (rows != chunk.rows()) {
                throw new SQLException("The database took " + rows + " rows of a chunk that has " + chunk.rows() + ": "
                        + sql + ". Nothing of it was written; the rows are not COPY text as PostgreSQL writes it.");
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
