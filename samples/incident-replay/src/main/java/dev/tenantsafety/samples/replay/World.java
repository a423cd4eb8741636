package dev.tenantsafety.samples.replay;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.samples.helpdesk.Helpdesk;
import dev.tenantsafety.samples.helpdesk.HelpdeskData;
import dev.tenantsafety.transfer.Transfer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** The helpdesk on that day: its live database, the backup of it, and the list of sites that have the legacy app. */
final class World implements AutoCloseable {

    private final Databases databases;
    private final OwnershipModel model;
    private final List<SiteId> legacy;
    private final List<SiteId> others;
    private final long rows;

    private World(Databases databases, HelpdeskData data, long rows) throws SQLException {
        this.databases = databases;
        this.rows = rows;
        model = OwnershipModel.read(databases.live(), Helpdesk::rules);
        List<SiteId> sites = data.sites();
        legacy = data.legacySites();
        others = sites.subList(legacy.size(), sites.size());
    }

    static World start(Options options) throws SQLException, IOException {
        HelpdeskData data = HelpdeskData.of(options.size());
        AtomicLong rows = new AtomicLong();
        Databases databases = Databases.start(options, database -> {
            Helpdesk.create(database);
            rows.set(data.fill(database));
        });
        return new World(databases, data, rows.get());
    }

    DataSource live() {
        return databases.live();
    }

    DataSource backup() {
        return databases.backup();
    }

    Databases databases() {
        return databases;
    }

    OwnershipModel model() {
        return model;
    }

    /** So many may restore at a time; H2 has one that writes. */
    int connections() {
        return databases.isPostgreSql() ? 2 : 1;
    }

    Transfer transfer() {
        return Transfer.between(live(), model);
    }

    /** What the script was handed: 883 sites, where it took apps. */
    List<SiteId> legacy() {
        return legacy;
    }

    /** Sites that nobody meant. */
    List<SiteId> others() {
        return others;
    }

    /** What the script was handed, as text. */
    List<String> legacyIds() {
        return legacy.stream().map(SiteId::toString).toList();
    }

    /** The same, and nobody knows of what kind. */
    List<UUID> bare() {
        return legacy.stream().map(SiteId::uuid).toList();
    }

    long rows() {
        return rows;
    }

    /** Those with most tickets first, as the backup has them. */
    List<SiteId> legacyByPriority() throws SQLException {
        Map<UUID, Long> tickets = new HashMap<>();
        String query =
                "select p.site_id, count(*) from project p join ticket t on t.project_id = p.id group by p.site_id";
        try (Connection connection = backup().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                tickets.put(rows.getObject(1, UUID.class), rows.getLong(2));
            }
        }
        List<SiteId> sorted = new ArrayList<>(legacy);
        sorted.sort(Comparator.comparing((SiteId site) -> tickets.getOrDefault(site.uuid(), 0L))
                .reversed()
                .thenComparing(SiteId::uuid));
        return sorted;
    }

    /** How many of the sites have their row. */
    static int there(Connection connection, List<UUID> sites) throws SQLException {
        return Sites.count(connection, "select count(*) from site where id = any(?)", sites);
    }

    @Override
    public void close() throws IOException {
        databases.close();
    }
}
