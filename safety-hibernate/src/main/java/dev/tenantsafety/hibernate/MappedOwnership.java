package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.MappedTables;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.OwnershipRules;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * The owners of tables that a mapping declares, for the {@linkplain OwnershipModel model} of the whole database: entities,
 * the tables of their subclasses and collections, and those that join.
 *
 * <pre>{@code
 * MappedOwnership mapped = MappedOwnership.of(entityManagerFactory);
 * OwnershipModel model = OwnershipModel.read(dataSource, rules -> mapped.addTo(rules)
 *         .excluded("flyway_schema_history", "schema versions belong to nobody"));
 * assertThat(mapped.differences(model)).isEmpty();
 * }</pre>
 */
public final class MappedOwnership {

    private final MappedTables tables;

    private MappedOwnership(MappedTables tables) {
        this.tables = tables;
    }

    /**
     * Of a session factory.
     *
     * @param factory with Tenant Safety
     * @return what its mapping says
     * @throws IllegalStateException if it was built without Tenant Safety
     */
    public static MappedOwnership of(EntityManagerFactory factory) {
        return new MappedOwnership(MappedTables.of(factory.unwrap(SessionFactoryImplementor.class)));
    }

    /**
     * Adds a line for each table that is mapped. What else there is in the database, the caller adds.
     *
     * @param rules the rules so far
     * @return the same rules
     */
    public OwnershipRules addTo(OwnershipRules rules) {
        return tables.addTo(rules);
    }

    /**
     * Where the mapping and a model of the database disagree: tables, columns and references that only one of them knows, and rows
     * whose owner they know in different ways.
     *
     * @param model of the database, by whatever rules
     * @return one sentence each; empty if they agree
     */
    public List<String> differences(OwnershipModel model) {
        return tables.differences(model);
    }
}
