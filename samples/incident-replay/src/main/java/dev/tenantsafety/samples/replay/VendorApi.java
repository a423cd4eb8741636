package dev.tenantsafety.samples.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** The call of April 2022: it takes IDs of any kind, and a switch says whether what they name goes for good. */
public final class VendorApi {

    private final Connection connection;

    VendorApi(Connection connection) {
        this.connection = connection;
    }

    /** Retires apps, or whatever else the IDs name. */
    public void retire(List<UUID> ids, boolean permanently) throws SQLException {
        if (permanently) {
            Incident.deleteForGood(connection, ids);
        }
    }
}
