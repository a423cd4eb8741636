package dev.tenantsafety.benchmarks.transfer;

import dev.tenantsafety.id.TenantId;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.postgresql.ds.PGSimpleDataSource;

/** The opponent who has entities: Hibernate reads them from the backup and writes them, with one transaction. */
final class RowByRow implements AutoCloseable {

    private static final int FLUSH = 1000;

    private final SessionFactory backup;
    private final SessionFactory live;

    RowByRow(DataSource backup, DataSource live) throws SQLException {
        this.backup = sessions(backup);
        this.live = sessions(live);
    }

    private static SessionFactory sessions(DataSource database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.unwrap(PGSimpleDataSource.class).getURL());
        source.setUser("postgres");
        source.setStringType("unspecified"); // so that a String may be a jsonb
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("row-by-row");
        configuration.managedClass(Entry.class);
        configuration.property("hibernate.connection.datasource", source);
        configuration.property("hibernate.jdbc.batch_size", "50");
        configuration.property("hibernate.jdbc.fetch_size", FLUSH);
        configuration.property("tenant-safety.enabled", "false");
        return configuration.createEntityManagerFactory().unwrap(SessionFactory.class);
    }

    private void read(TenantId tenant, Consumer<Entry> sink) {
        try (StatelessSession session = backup.openStatelessSession();
                Stream<Entry> entries = session.createSelectionQuery(
                                "from Entry where tenant = :tenant order by id", Entry.class)
                        .setParameter("tenant", tenant.uuid())
                        .getResultStream()) {
            session.beginTransaction(); // without which the driver reads all at once
            entries.forEach(sink);
            session.getTransaction().commit();
        }
    }

    /** Row by row. */
    void insert(TenantId tenant) {
        try (StatelessSession session = live.openStatelessSession()) {
            session.setJdbcBatchSize(1);
            session.beginTransaction();
            read(tenant, session::insert);
            session.getTransaction().commit();
        }
    }

    /** In JDBC batches of fifty. */
    void persist(TenantId tenant) {
        try (Session session = live.openSession()) {
            session.beginTransaction();
            int[] rows = new int[1];
            read(tenant, entry -> {
                session.persist(entry);
                if (++rows[0] % FLUSH == 0) {
                    session.flush();
                    session.clear();
                }
            });
            session.getTransaction().commit();
        }
    }

    @Override
    public void close() {
        backup.close();
        live.close();
    }
}
