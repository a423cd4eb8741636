package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.AliveKeyReading;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * Unique keys of entities whose rows are marked: which of them refuse a value that a marked row has, and what to have in
 * their place.
 *
 * <pre>{@code
 * AliveKeys keys = AliveKeys.of(entityManagerFactory);
 * keys.ddl().forEach(System.out::println);     // create unique index … on project (tenant_id, slug) where deleted_at is null
 * assertThat(keys.blocking()).isEmpty();
 * }</pre>
 */
public final class AliveKeys {

    private final AliveKeyReading reading;

    private AliveKeys(AliveKeyReading reading) {
        this.reading = reading;
    }

    /**
     * The keys of a session factory's entities.
     *
     * @param factory with Tenant Safety
     * @return its keys
     */
    public static AliveKeys of(EntityManagerFactory factory) {
        return new AliveKeys(AliveKeyReading.of(factory.unwrap(SessionFactoryImplementor.class)));
    }

    /**
     * One statement for each {@link UniqueAlive}, in the database's language; to be put among the migrations.
     *
     * @return the statements, without a semicolon
     * @throws UnsupportedOperationException if the database has no partial indexes (only PostgreSQL, SQLite and SQL Server have
     *     them) and an entity asks for one
     */
    public List<String> ddl() {
        return reading.ddl();
    }

    /**
     * Names the unique keys and columns of the mapping that count marked rows too, so that the value of a deleted row cannot be used
     * again; and the primary keys that are made of natural values ({@code @EmbeddedId}, {@code @MapsId}, an assigned text or number).
     *
     * @return one sentence each, with the fix; empty if there is none
     */
    public List<String> blocking() {
        return reading.blocking();
    }
}
