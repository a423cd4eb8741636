package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import org.hibernate.KeyType;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The natural ID of a marked row is free, also where a session or the second-level cache knew which row it was of. */
@ParameterizedClass
@EnumSource(Database.class)
class NaturalIdCacheTest extends WorldTest {

    @Entity(name = "Slug")
    @UniqueAlive({"tenant", "code"})
    @NaturalIdCache
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Slug implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @NaturalId
        String code = "k";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    NaturalIdCacheTest(Database database) {
        super(new World(
                database,
                List.of(Slug.class),
                Map.of(
                        "hibernate.cache.use_second_level_cache", "true",
                        "hibernate.cache.region.factory_class", "jcache",
                        "hibernate.javax.cache.provider",
                                "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
                        "hibernate.javax.cache.missing_cache_strategy", "create")));
        // Hibernate makes a unique key of a natural ID
        world.rows("select constraint_name from information_schema.table_constraints where lower(table_name) = 'slug' "
                        + "and constraint_type = 'UNIQUE'")
                .forEach(name -> world.sql("alter table slug drop constraint " + name.replace(" | ", "")));
        inA(em -> em.persist(new Slug()));
    }

    private static @Nullable Slug load(EntityManager em) {
        return em.unwrap(Session.class).find(Slug.class, "k", KeyType.NATURAL);
    }

    @Test
    @Shows(value = "second-level cache", in = Shows.PROTECTED)
    void theNextRowWithItIsFound() {
        inA(em -> assertThat(load(em)).isNotNull());
        inA(em -> em.remove(load(em)));
        Slug second = new Slug();
        inA(em -> {
            assertThat(load(em)).isNull();
            em.persist(second);
        });
        inA(em -> assertThat(load(em)).isNotNull().extracting(slug -> slug.id).isEqualTo(second.id));
    }

    @Test
    void theNextRowIsFoundInTheSameSession() {
        Slug second = new Slug();
        inA(em -> {
            em.remove(load(em));
            em.flush();
            assertThat(load(em)).isNull();
            world.sql("select 1");
            em.persist(second);
            em.flush();
            assertThat(load(em)).isSameAs(second);
        });
    }

    @Test
    void aRowThatAnotherTransactionInsertsIsFound() {
        inA(em -> {
            em.remove(load(em));
            em.flush();
            em.createNativeQuery("insert into slug (id, tenant, code) values (:id, :tenant, 'k')")
                    .setParameter("id", ProjectId.create().uuid())
                    .setParameter("tenant", a.uuid())
                    .executeUpdate();
            assertThat(load(em)).isNotNull();
        });
    }

    @Test
    void afterAnUndoItIsFound() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(load(em))));
        inA(em -> assertThat(load(em)).isNull());
        inA(em -> {
            Deletions.of(em).undo(deletion);
            assertThat(load(em)).isNotNull();
        });
        inA(em -> assertThat(load(em)).isNotNull());
    }

    @Test
    @Shows(value = "second-level cache", in = Shows.PROTECTED)
    void anotherTenantFindsItsOwn() {
        Slug own = new Slug();
        inA(em -> assertThat(load(em)).isNotNull());
        world.in(b, em -> {
            assertThat(load(em)).isNull();
            em.persist(own);
        });
        inA(em -> assertThat(load(em)).isNotNull().extracting(slug -> slug.id).isNotEqualTo(own.id));
        world.in(b, em -> assertThat(load(em))
                .isNotNull()
                .extracting(slug -> slug.id)
                .isEqualTo(own.id));
    }
}
