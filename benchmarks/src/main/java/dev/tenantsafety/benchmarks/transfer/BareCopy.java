package dev.tenantsafety.benchmarks.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** The opponent: COPY of the same rows and nothing else, no check, no format, no way to go on. */
final class BareCopy {

    private static final int BUFFER = 1 << 16;

    private final Arena arena;
    private final Tables tables;

    BareCopy(Arena arena) {
        this.arena = arena;
        this.tables = arena.sizes.tables();
    }

    private static CopyManager manager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** A file for each table. */
    void out(Path place) throws SQLException, IOException {
        Files.createDirectories(place);
        try (Connection connection = arena.live.getConnection()) {
            for (Tables.Table table : tables.used()) {
                try (OutputStream file =
                        new BufferedOutputStream(Files.newOutputStream(place.resolve(table.name())), BUFFER)) {
                    manager(connection).copyOut(tables.copyOut(table, arena.units), file);
                }
            }
        }
    }

    /** One transaction for each table. */
    void in(Path place) throws SQLException, IOException {
        for (Tables.Table table : tables.used()) {
            in(place, table);
        }
    }

    void in(Path place, Tables.Table table) throws SQLException, IOException {
        try (Connection connection = arena.live.getConnection();
                InputStream file = Files.newInputStream(place.resolve(table.name()))) {
            manager(connection).copyIn(Tables.copyIn(table), file, BUFFER);
        }
    }

    /** From the backup into the live database, as a pipe between two psql does. */
    void through() throws SQLException {
        try (Connection from = arena.backup.getConnection();
                Connection to = arena.live.getConnection()) {
            for (Tables.Table table : tables.used()) {
                CopyOut out = manager(from).copyOut(tables.copyOut(table, arena.units));
                CopyIn in = manager(to).copyIn(Tables.copyIn(table));
                for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                    in.writeToCopy(row, 0, row.length);
                }
                in.endCopy();
            }
        }
    }
}
