package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row that all share points at one of a tenant: no other one cuts that, as none cuts the links of its collections. */
@ParameterizedClass
@EnumSource(Database.class)
class CutReferencesTest extends WorldTest {

    @Entity(name = "Part")
    static class Part implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(unique = true)
        long code;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    static class Place {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "inside")
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Part inside;
    }

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "part")
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Part part;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "coded", referencedColumnName = "code")
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Part coded;

        @Embedded
        Place place = new Place();

        @Any(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "part", entity = Part.class)
        @Column(name = "about_type")
        @JoinColumn(name = "about_id")
        @Nullable
        Object about;

        void set(BiConsumer<Sort, @Nullable Part> reference, @Nullable Part to) {
            reference.accept(this, to);
        }

        void named(String given) {
            name = given;
        }
    }

    private static final Map<String, BiConsumer<Sort, @Nullable Part>> REFERENCES = Map.of(
            "part", (sort, to) -> sort.part = to,
            "coded", (sort, to) -> sort.coded = to,
            "place.inside",
                    (sort, to) -> {
                        Place place = new Place();
                        place.inside = to;
                        sort.place = place;
                    },
            "about", (sort, to) -> sort.about = to);

    CutReferencesTest(Database database) {
        super(new World(database, List.of(Part.class, Sort.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        for (TenantId owner : List.of(a, b)) {
            for (int i = 0; i < 2; i++) {
                long id = (owner.equals(a) ? 10L : 20L) + i;
                world.in(owner, em -> {
                    Part part = new Part();
                    part.id = id;
                    part.code = id * 10;
                    em.persist(part);
                });
            }
        }
        world.in(b, em -> {
            Sort sort = new Sort();
            REFERENCES.values().forEach(reference -> sort.set(reference, em.find(Part.class, 20L)));
            em.persist(sort);
        });
    }

    private void areKept() {
        assertThat(world.rows("select part, coded, inside, about_id from Sort"))
                .containsExactly("20 | 200 | 20 | 20 | ");
    }

    private static Sort sort(EntityManager em) {
        return Objects.requireNonNull(em.find(Sort.class, 0L));
    }

    @Test
    @Shows("a reference of a row that is for all, or of more owners than its target, which leads out of the scope")
    void isNeitherCutNorOverwritten() {
        REFERENCES.forEach((name, reference) -> {
            Consumer<EntityManager> cut = em -> {
                sort(em).set(reference, null);
                em.flush();
            };
            Consumer<EntityManager> overwritten = em -> {
                sort(em).set(reference, em.find(Part.class, 10L));
                em.flush();
            };
            if (!name.equals("coded")) { // it reads as null, and null is not written
                assertThatThrownBy(() -> inA(cut))
                        .as(name)
                        .isInstanceOf(ForeignRowException.class)
                        .hasMessageContaining(
                                "Sort 0." + name + " points at a Part that is not in the open scope, " + a);
                assertThatThrownBy(() -> world.without(cut)).as(name).isInstanceOf(TenantSafetyException.class);
            }
            assertThatThrownBy(() -> inA(overwritten)).as(name).isInstanceOf(ForeignRowException.class);
        });
        areKept();
    }

    /** A JSON body that lacks what its reader did not see. */
    @Test
    @Shows("a reference of a row that is for all, or of more owners than its target, which leads out of the scope")
    void aMergeDoesNotCutIt() {
        assertThatThrownBy(() -> inA(em -> {
                    em.merge(new Sort());
                    em.flush();
                }))
                .isInstanceOf(ForeignRowException.class);
        areKept();
    }

    @Test
    @Shows("a reference of a row that is for all, or of more owners than its target, which leads out of the scope")
    void norDoesAStatelessWrite() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    assertThatThrownBy(() -> session.update(new Sort())).isInstanceOf(ForeignRowException.class);
                    assertThatThrownBy(() -> session.upsert(new Sort())).isInstanceOf(ForeignRowException.class);
                }));
        areKept();
        world.in(a, em -> sort(em).named("managed"));
        assertThat(world.rows("select name, part, inside, about_id from Sort"))
                .containsExactly("managed | 20 | 20 | 20 | ");
    }

    @Test
    @Shows("HQL or Criteria UPDATE that sets such a reference to null")
    void norDoesABulkUpdate() {
        for (String attribute : List.of("part", "coded", "place.inside")) {
            String update = "update Sort set " + attribute + " = null";
            assertThatThrownBy(() -> inA(em -> em.createQuery(update).executeUpdate()))
                    .isInstanceOf(ForeignRowException.class);
        }
        areKept();
        CrossTenant.write("a test")
                .run(() -> world.without(
                        em -> em.createQuery("update Sort set part = null").executeUpdate()));
        assertThat(world.rows("select part from Sort")).containsExactly("null | ");
    }

    @Test
    void whoOwnsTheTargetChangesIt() {
        REFERENCES.forEach((name, reference) -> {
            world.in(b, em -> sort(em).set(reference, em.find(Part.class, 21L)));
            world.in(b, em -> sort(em).set(reference, null));
        });
        assertThat(world.rows("select part, coded, inside, about_id from Sort"))
                .containsExactly("null | null | null | null | ");
        world.in(b, em -> sort(em).set(REFERENCES.get("part"), em.find(Part.class, 20L)));
        TenantScope.of(b)
                .run(() -> World.stateless(world.safe, session -> {
                    Sort sort = session.get(Sort.class, 0L);
                    sort.set(REFERENCES.get("part"), null);
                    session.update(sort);
                }));
        assertThat(world.rows("select part from Sort")).containsExactly("null | ");
    }

    /** It is their own, seen or not. */
    @Test
    void alsoOfATargetThatIsMarked() {
        world.in(b, em -> em.remove(em.find(Part.class, 20L)));
        world.in(b, em -> sort(em).set(REFERENCES.get("part"), null));
        world.in(b, em -> sort(em).set(REFERENCES.get("place.inside"), em.find(Part.class, 21L)));
        assertThat(world.rows("select part, inside from Sort")).containsExactly("null | 21 | ");
    }

    @Test
    void workAcrossTenantsMayCutAll() {
        world.across(em -> REFERENCES.values().forEach(reference -> sort(em).set(reference, null)));
        assertThat(world.rows("select part, coded, inside, about_id from Sort"))
                .containsExactly("null | null | null | null | ");
    }
}
