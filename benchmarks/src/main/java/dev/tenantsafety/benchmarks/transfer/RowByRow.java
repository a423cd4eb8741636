package dev.tenantsafety.benchmarks.transfer;

import dev.tenantsafety.id.TenantId;
import jakarta.persistence.EntityManagerFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.postgresql.ds.PGSimpleDataSource;

/** The opponent who has entities: Hibernate, with one transaction. */
final class RowByRow implements AutoCloseable {

    private static final int FLUSH = 1000;

    private final EntityManagerFactory factory;

    RowByRow(DataSource live) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(live.unwrap(PGSimpleDataSource.class).getURL());
        source.setUser("postgres");
        source.setStringType("unspecified"); // so that a String may be a jsonb
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("row-by-row");
        configuration.managedClass(Entry.class);
        configuration.property("hibernate.connection.datasource", source);
        configuration.property("hibernate.jdbc.batch_size", "50");
        configuration.property("tenant-safety.enabled", "false");
        factory = configuration.createEntityManagerFactory();
    }

    private SessionFactory sessions() {
        return factory.unwrap(SessionFactory.class);
    }

    List<Entry> read(TenantId tenant) {
        try (StatelessSession session = sessions().openStatelessSession()) {
            return session.createSelectionQuery("from Entry where tenant = :tenant order by id", Entry.class)
                    .setParameter("tenant", tenant.uuid())
                    .getResultList();
        }
    }

    /** Row by row. */
    void insert(List<Entry> entries) {
        try (StatelessSession session = sessions().openStatelessSession()) {
            session.setJdbcBatchSize(1);
            session.beginTransaction();
            entries.forEach((Consumer<Entry>) session::insert);
            session.getTransaction().commit();
        }
    }

    /** In JDBC batches of fifty. */
    void persist(List<Entry> entries) {
        try (Session session = sessions().openSession()) {
            session.beginTransaction();
            for (int i = 0; i < entries.size(); i++) {
                session.persist(entries.get(i));
                if (i % FLUSH == FLUSH - 1) {
                    session.flush();
                    session.clear();
                }
            }
            session.getTransaction().commit();
        }
    }

    @Override
    public void close() {
        factory.close();
    }
}
