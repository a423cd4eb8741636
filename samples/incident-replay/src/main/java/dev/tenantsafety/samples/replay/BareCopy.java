package dev.tenantsafety.samples.replay;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.samples.helpdesk.Helpdesk.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * The yardstick: COPY of the same rows from the backup into the same live tables, and nothing else, no check and no way to go on. It is
 * taken back.
 */
final class BareCopy {

    private final World world;

    BareCopy(World world) {
        this.world = world;
    }

    Duration time() throws SQLException {
        String sites = "= any('{" + world.bare().stream().map(UUID::toString).collect(Collectors.joining(",")) + "}')";
        try (Connection from = world.backup().getConnection();
                Connection to = world.live().getConnection()) {
            to.setAutoCommit(false);
            long begin = System.nanoTime();
            for (Table table : Helpdesk.OF_SITES) {
                String columns = String.join(", ", table.columns());
                String owned = world.model()
                        .select(world.model().table(table.name()).name(), SiteId.KIND)
                        .where("r", sites);
                CopyOut out = manager(from)
                        .copyOut("copy (select " + columns + " from " + table.name() + " r where " + owned
                                + ") to stdout");
                CopyIn in = manager(to).copyIn("copy " + table.name() + " (" + columns + ") from stdin");
                for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                    in.writeToCopy(row, 0, row.length);
                }
                in.endCopy();
            }
            Duration took = Numbers.since(begin);
            to.rollback();
            return took;
        }
    }

    private static CopyManager manager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }
}
