package dev.tenantsafety.hibernate.orm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.UnguardedSessionException;
import dev.tenantsafety.hibernate.World;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import java.util.List;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.Version;
import org.hibernate.binder.internal.TenantIdBinder;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.junit.jupiter.api.Test;

/** Without its gate, a session is kept to nothing; so there must be no such session, whatever Hibernate changes. */
class GateTest {

    @Test
    void aFactoryWhoseSessionsGetNoGateIsRefused() {
        try (World world = new World(Database.H2)) {
            MetadataSources sources = new MetadataSources(new StandardServiceRegistryBuilder()
                    .applySetting("hibernate.connection.datasource", world.source())
                    .build());
            World.ENTITIES.forEach(sources::addAnnotatedClass);
            Metadata metadata = sources.buildMetadata();
            takeTheHookAway(metadata);

            assertThatThrownBy(metadata::buildSessionFactory)
                    .isInstanceOf(UnguardedSessionException.class)
                    .hasMessage("A session of Hibernate " + Version.getVersionString()
                            + " was constructed without the gate "
                            + "that keeps it to its scope, so it may not read or write. Use a version that Tenant Safety was "
                            + "tried with: 7.4.5, 7.4.6, 7.4.13, 7.4.15.");
        }
    }

    /** As if another Hibernate did not hand the ticket on. */
    private static void takeTheHookAway(Metadata metadata) {
        FilterDefinition ours = metadata.getFilterDefinitions().get(TenantIdBinder.FILTER_NAME);
        metadata.getFilterDefinitions()
                .put(
                        TenantIdBinder.FILTER_NAME,
                        new FilterDefinition(
                                TenantIdBinder.FILTER_NAME,
                                "",
                                false,
                                true,
                                Map.of(
                                        TenantIdBinder.PARAMETER_NAME,
                                        ours.getParameterJdbcMapping(TenantIdBinder.PARAMETER_NAME)),
                                Map.of()));
    }

    @Test
    void aSessionThatWasNeverGivenOneReadsNothing() {
        try (World world = new World(Database.H2);
                SessionImplementor session =
                        world.safe.unwrap(SessionFactory.class).openSession().unwrap(SessionImplementor.class)) {
            SessionBinding withoutGate = new SessionBinding(FactorySafety.of(session.getFactory()), session);

            assertThatThrownBy(withoutGate::checkGate).isInstanceOf(UnguardedSessionException.class);
            assertThatThrownBy(withoutGate::reconcile).isInstanceOf(UnguardedSessionException.class);
        }
    }

    @Test
    void aStatelessSessionThatLostItReadsNothing() {
        TenantId a = TenantId.create();
        TenantId b = TenantId.create();
        try (World world = new World(Database.H2)) {
            world.in(b, em -> em.persist(new Customer(b, "b")));
            TenantScope.of(a).run(() -> {
                try (StatelessSession session =
                        world.safe.unwrap(SessionFactory.class).openStatelessSession()) {
                    ((SharedSessionContractImplementor) session)
                            .getLoadQueryInfluencers()
                            .disableFilter(Filters.GATE);
                    assertThatThrownBy(() -> session.get(Customer.class, b)).isInstanceOf(ForeignRowException.class);
                    assertThatThrownBy(() -> session.getMultiple(Customer.class, List.of(b)))
                            .isInstanceOf(ForeignRowException.class);
                }
            });
        }
    }

    @Test
    void hibernatesOwnTenantFilterIsNotLeftEnabled() {
        try (World world = new World(Database.H2);
                SessionImplementor session =
                        world.safe.unwrap(SessionFactory.class).openSession().unwrap(SessionImplementor.class)) {
            assertThat(session.getLoadQueryInfluencers().getEnabledFilterNames())
                    .containsExactly(Filters.GATE);
            assertThat(session.getCacheMode()).isEqualTo(org.hibernate.CacheMode.NORMAL);
        }
    }

    @Test
    void theVersionThatRunsIsOneThatWasTried() {
        assertThat(HibernateVersions.verdict(Version.getVersionString())).isNull();
    }

    @Test
    void anotherReleaseIsWarnedOfAndAnotherLineRefused() {
        assertThat(HibernateVersions.verdict("7.4.99.Final"))
                .isEqualTo(
                        "Tenant Safety was not tried with Hibernate 7.4.99.Final, only with 7.4.5, 7.4.6, 7.4.13, 7.4.15. A "
                                + "self-test of this session factory passed; run your isolation tests before you rely on it.");
        assertThatThrownBy(() -> HibernateVersions.verdict("7.4.4.Final"))
                .isInstanceOf(UnguardedSessionException.class);
        assertThatThrownBy(() -> HibernateVersions.verdict("8.0.0.Beta1"))
                .isInstanceOf(UnguardedSessionException.class)
                .hasMessageStartingWith("Hibernate 8.0.0.Beta1 is not supported");
        assertThatThrownBy(() -> HibernateVersions.verdict("[WORKING]")).isInstanceOf(UnguardedSessionException.class);
    }
}
