package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.AccountId;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IllegalIdException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Typed IDs wherever a basic type may stand, without an annotation. */
@ParameterizedClass
@EnumSource(Database.class)
class TypedIdTest {

    @Entity(name = "Account")
    @Unowned("a test of types")
    static class Account {
        @Id
        AccountId id = new AccountId(0);

        @Nullable
        SiteId site;

        @ElementCollection
        Set<AppId> apps = new HashSet<>();

        @ElementCollection
        @MapKeyColumn(name = "label")
        Map<LabelId, String> labels = new HashMap<>();
    }

    @Entity(name = "Booking")
    @Unowned("a test of types")
    static class Booking {
        @EmbeddedId
        Key key = new Key();

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Account account;

        @Embeddable
        static class Key {
            @Column(name = "project")
            @Nullable
            ProjectId project;

            int fiscalYear;

            @Override
            public boolean equals(@Nullable Object other) {
                return other instanceof Key key
                        && key.fiscalYear == fiscalYear
                        && java.util.Objects.equals(key.project, project);
            }

            @Override
            public int hashCode() {
                return fiscalYear;
            }
        }
    }

    @Entity(name = "Generated")
    @Unowned("a test of types")
    static class Generated {
        @Id
        @GeneratedTypedId
        @Nullable
        LabelId id;
    }

    private final World world;
    private final SiteId site = SiteId.create();
    private final AppId app = AppId.create();
    private final LabelId label = LabelId.create();
    private final ProjectId project = ProjectId.create();

    TypedIdTest(Database database) {
        world = new World(database, List.of(Account.class, Booking.class, Generated.class), Map.of());
        world.without(em -> {
            Account account = new Account();
            account.id = new AccountId(42);
            account.site = site;
            account.apps.add(app);
            account.labels.put(label, "red");
            em.persist(account);
            Booking booking = new Booking();
            booking.key.project = project;
            booking.key.fiscalYear = 2022;
            booking.account = account;
            em.persist(booking);
        });
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void standInNativeColumns() {
        List<String> types = world.rows("select lower(data_type) from information_schema.columns "
                + "where lower(table_name) in ('account', 'account_apps', 'booking') "
                + "and lower(column_name) in ('id', 'site', 'apps', 'project', 'account_id')");
        assertThat(types).containsExactly("bigint | ", "bigint | ", "bigint | ", "uuid | ", "uuid | ", "uuid | ");
    }

    @Test
    void comeBackAsTheyWere() {
        world.without(em -> {
            Account account = em.find(Account.class, new AccountId(42));
            assertThat(account.site).isEqualTo(site);
            assertThat(account.apps).containsExactly(app);
            assertThat(account.labels).containsEntry(label, "red");
            Booking booking = em.createQuery("from Booking", Booking.class).getSingleResult();
            assertThat(booking.key.project).isEqualTo(project);
            assertThat(em.getReference(Account.class, new AccountId(42))).isSameAs(account);
        });
    }

    @Test
    void areParametersOfQueries() {
        world.without(em -> {
            assertThat(em.createQuery("select a.id from Account a where a.site = :site", AccountId.class)
                            .setParameter("site", site)
                            .getSingleResult())
                    .isEqualTo(new AccountId(42));
            assertThat(em.createQuery("from Account a where a.site in :sites", Account.class)
                            .setParameter("sites", List.of(site, SiteId.create()))
                            .getResultList())
                    .hasSize(1);
            assertThat(em.createQuery("from Booking b where b.key.project = :p and b.account.id = :a", Booking.class)
                            .setParameter("p", project)
                            .setParameter("a", new AccountId(42))
                            .getResultList())
                    .hasSize(1);
            assertThat(em.createQuery("select count(a) from Account a where :app member of a.apps", Long.class)
                            .setParameter("app", app)
                            .getSingleResult())
                    .isEqualTo(1);
            assertThat(em.createNativeQuery("select site from account where site = :site and id = :id", SiteId.class)
                            .setParameter("site", site)
                            .setParameter("id", new AccountId(42))
                            .getSingleResult())
                    .isEqualTo(site);
        });
    }

    @Test
    void takeNoOtherKind() {
        world.without(em -> {
            for (Object wrong : List.of(UUID.randomUUID(), app, "text", 42L)) {
                assertThatThrownBy(() -> em.createQuery("from Account a where a.site = :site")
                                .setParameter("site", wrong))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> em.createQuery("from Account a where a.site in :sites")
                                .setParameter("sites", List.of(wrong)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            for (Object wrong : List.of(42L, site, UUID.randomUUID())) {
                assertThatThrownBy(() -> em.find(Account.class, wrong)).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @Test
    void aColumnThatHoldsAnotherKindIsNoticed() {
        world.sql("update account set site = '" + app.uuid() + "'");
        world.without(em -> assertThatThrownBy(() -> em.find(Account.class, new AccountId(42)))
                .isInstanceOf(IllegalIdException.class)
                .hasMessageContaining(
                        "Expected a site ID (site_…) but " + app.uuid() + " carries the tag of an app ID"));
    }

    @Test
    void areGeneratedWhereThatIsWanted() {
        world.without(em -> {
            Generated made = new Generated();
            em.persist(made);
            assertThat(made.id).isNotNull();
        });
    }
}
