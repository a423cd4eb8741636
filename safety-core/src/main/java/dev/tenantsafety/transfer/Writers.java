package dev.tenantsafety.transfer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Connections to write with, of which all are given back, whichever of them fails to be. */
final class Writers implements AutoCloseable {

    private final List<Borrowed> all = new ArrayList<>();

    void add(DataSource live) throws SQLException {
        all.add(Borrowed.toWrite(live));
    }

    List<Connection> connections() {
        return all.stream().map(Borrowed::connection).toList();
    }

    @Override
    public void close() throws SQLException {
        SQLException first = null;
        for (Borrowed one : all) {
            try {
                one.close();
            } catch (SQLException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
