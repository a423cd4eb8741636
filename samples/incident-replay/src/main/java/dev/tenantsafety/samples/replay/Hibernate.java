package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.helpdesk.Helpdesk;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;

/** Hibernate as the helpdesk has it. */
final class Hibernate {

    private Hibernate() {}

    static SessionFactory start(DataSource database) {
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("helpdesk");
        configuration.managedClasses(Helpdesk.entities());
        configuration.property("jakarta.persistence.nonJtaDataSource", database);
        configuration.property("hibernate.jdbc.batch_size", 100);
        configuration.property("tenant-safety.actor", (Supplier<String>) () -> "script");
        return configuration.createEntityManagerFactory();
    }
}
