package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A partner that was marked is no partner of a row that the same session reads again. Hibernate knows partners by their foreign keys, and gave
 * the marked instance, which the next flush persisted again.
 */
@ParameterizedClass
@EnumSource(Database.class)
class PartnersReadAgainTest extends WorldTest {

    @Entity(name = "Holder")
    static class Holder implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @OneToOne(mappedBy = "holder", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Part part;

        @OneToOne(mappedBy = "holder", cascade = CascadeType.ALL, fetch = FetchType.LAZY)
        @Nullable
        Twin twin;

        @OneToMany(mappedBy = "holder", cascade = CascadeType.ALL)
        Set<Child> children = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Part")
    static class Part implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Holder holder;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "FinePart")
    static class FinePart extends Part {}

    @Entity(name = "Child")
    static class Child implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Holder holder;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Twin")
    static class Twin implements SoftDeletable {
        @Id
        @Nullable
        Long id;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Holder holder;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Other")
    static class Other implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    PartnersReadAgainTest(Database database) {
        super(new World(
                database,
                List.of(Holder.class, Part.class, FinePart.class, Twin.class, Child.class, Other.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            for (long id = 1; id <= 2; id++) {
                Holder holder = new Holder();
                holder.id = id;
                Part part = id == 1 ? new Part() : new FinePart();
                part.id = 10 + id;
                part.holder = holder;
                holder.part = part;
                Twin twin = new Twin();
                twin.holder = holder;
                holder.twin = twin;
                Child child = new Child();
                child.id = 20 + id;
                child.holder = holder;
                holder.children.add(child);
                em.persist(holder);
            }
        });
    }

    private static final Map<String, BiConsumer<EntityManager, Holder>> WAYS = Map.of(
            "cut",
            (em, holder) -> holder.part = null,
            "cut on both sides",
            (em, holder) -> {
                holder.part.holder = null;
                holder.part = null;
            },
            "removed",
            (em, holder) -> {
                em.remove(holder.part);
                holder.part = null;
            });

    @ParameterizedTest
    @ValueSource(strings = {"cut", "cut on both sides", "removed"})
    void aMarkedPartnerIsNone(String way) {
        for (long id = 1; id <= 2; id++) {
            long each = id;
            inA(em -> {
                Holder holder = em.find(Holder.class, each);
                assertThat(holder.part).isNotNull();
                WAYS.get(way).accept(em, holder);
                em.flush();
                em.detach(holder);
                Holder again = em.find(Holder.class, each);
                assertThat(again.part).as("read again").isNull();
                again.name = "changed";
            });
            inA(em -> {
                assertThat(em.find(Part.class, 10 + each)).isNull();
                assertThat(em.find(Holder.class, each).part).isNull();
            });
            Object reference = World.transaction(world.plain(), em -> em.createNativeQuery(
                            "select holder_id from Part where id = " + (10 + each), Long.class)
                    .getSingleResult());
            assertThat(reference).as("the reference of the marked row stays").isEqualTo(each);
        }
    }

    /** A flush before a query that need not write has found the orphan, and so does the next one: its mark was written twice, and the second failed. */
    @ParameterizedTest
    @ValueSource(strings = {"cut", "cut on both sides", "removed"})
    void aQueryBeforeTheFlushMarksNothingTwice(String way) {
        inA(em -> {
            Holder holder = em.find(Holder.class, 1L);
            assertThat(holder.part)
                    .as("read, or an enhanced instance knows of no orphan")
                    .isNotNull();
            WAYS.get(way).accept(em, holder);
            for (String entity : List.of("Other", "Part", "Holder", "Other")) {
                assertThat(count(em, entity)).isEqualTo(entity.equals("Other") ? 0 : entity.equals("Part") ? 1 : 2);
            }
        });
        inA(em -> assertThat(em.find(Part.class, 11L)).isNull());
        inA(em -> {
            Holder holder = em.find(Holder.class, 2L);
            Part part = holder.part;
            WAYS.get(way).accept(em, holder);
            assertThat(count(em, "Other")).isZero();
            holder.part = part; // is no orphan after all
            part.holder = holder;
            em.persist(part);
        });
        inA(em -> assertThat(em.find(Holder.class, 2L).part).isNotNull());
    }

    private static final Map<String, BiConsumer<EntityManager, Holder>> READ_AGAIN = Map.of(
            "by find",
            (em, holder) -> {
                em.detach(holder);
                em.merge(em.find(Holder.class, holder.id));
            },
            "by an undo of a child",
            (em, holder) -> {
                Child child = em.find(Child.class, 20 + holder.id);
                DeletionId slip = Deletions.of(em).because("slip", () -> {
                    holder.children.remove(child);
                    em.remove(child);
                    em.flush();
                });
                Deletions.of(em).undo(slip);
                em.merge(holder);
            },
            "by its own undo",
            (em, holder) -> {
                Deletions.of(em).undo(Deletions.of(em).because("slip", () -> em.remove(holder)));
                em.persist(holder);
            },
            "by refresh",
            (em, holder) -> {
                em.refresh(holder);
                em.persist(holder);
            });

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHolderThatIsReadLaterHasNone(boolean isInTheSameTransaction) {
        inA(em -> {
            em.remove(em.find(Twin.class, 1L));
            if (!isInTheSameTransaction) {
                em.getTransaction().commit();
                em.getTransaction().begin();
            }
            em.flush();
            Holder holder = em.find(Holder.class, 1L);
            assertThat(holder.twin).isNull();
            em.merge(holder);
        });
        inA(em -> assertThat(em.find(Twin.class, 1L)).isNull());
    }

    /** The key of the holder leads to it, without a query. */
    @ParameterizedTest
    @ValueSource(strings = {"by find", "by an undo of a child", "by its own undo", "by refresh"})
    void aMarkedPartnerWithTheKeyOfItsHolderIsNone(String way) {
        inA(em -> {
            Holder holder = em.find(Holder.class, 1L);
            Twin twin = holder.twin;
            holder.twin = null;
            em.remove(twin);
            em.flush();
            READ_AGAIN.get(way).accept(em, holder);
            assertThat(em.find(Holder.class, 1L).twin).as("read again").isNull();
        });
        inA(em -> {
            assertThat(em.find(Twin.class, 1L)).isNull();
            assertThat(em.find(Holder.class, 1L).twin).isNull();
        });
    }
}
