package dev.tenantsafety.samples.replay;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Statements about many sites. */
final class Sites {

    private Sites() {}

    /** Runs it with all of them as its one parameter. */
    static int update(Connection connection, String sql, List<UUID> sites) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array(connection, sites));
            return statement.executeUpdate();
        }
    }

    static int count(Connection connection, String sql, List<UUID> sites) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array(connection, sites));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    static Array array(Connection connection, List<UUID> sites) throws SQLException {
        return connection.createArrayOf("uuid", sites.toArray());
    }
}
