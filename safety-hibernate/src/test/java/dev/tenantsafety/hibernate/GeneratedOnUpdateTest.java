package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.orm.TakenOut;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OptimisticLockException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.RowId;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.generator.EventType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Updates that Hibernate builds in another way: those that return what the database computes, and those by the place of a row. */
@ParameterizedClass
@EnumSource(Database.class)
class GeneratedOnUpdateTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        void rename(String to) {
            name = to;
        }
    }

    @Entity(name = "Sum")
    static class Sum extends Row {
        @Generated(event = {EventType.INSERT, EventType.UPDATE})
        @Column(insertable = false, updatable = false)
        @Nullable
        String made;
    }

    @Entity(name = "Tally")
    static class Tally extends Row implements SoftDeletable {
        @Generated(event = {EventType.INSERT, EventType.UPDATE})
        @Column(insertable = false, updatable = false)
        @Nullable
        String made;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Seat")
    @RowId("ctid")
    static class Seat extends Row {}

    @Entity(name = "Bench")
    @RowId("ctid")
    static class Bench extends Row {
        @Generated(event = {EventType.INSERT, EventType.UPDATE})
        @Column(insertable = false, updatable = false)
        @Nullable
        String made;
    }

    private static final List<Class<? extends Row>> TYPES = List.of(Sum.class, Tally.class, Seat.class, Bench.class);

    private final String place;

    GeneratedOnUpdateTest(Database database) {
        super(new World(
                database,
                List.of(Sum.class, Tally.class, Seat.class, Bench.class),
                Map.of("hibernate.generate_statistics", "true")));
        place = database == Database.H2 ? "_rowid_" : "ctid";
    }

    @BeforeEach
    void rows() {
        for (Class<? extends Row> type : TYPES) {
            inA(em -> em.persist(made(type, 1)));
            world.in(b, em -> em.persist(made(type, 2)));
        }
    }

    private static Row made(Class<? extends Row> type, long id) {
        try {
            Row made = type.getDeclaredConstructor().newInstance();
            made.id = id;
            made.name = "own " + id;
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Row lie(EntityManager em, Class<? extends Row> type, String id) {
        String more = (type == Seat.class ? "" : ", made") + ", " + place;
        String mark = type == Tally.class ? ", deleted_at, deleted_by, deletion_id" : "";
        return (Row) em.createNativeQuery(
                        "select " + id + " as id, cast('" + a.uuid() + "' as uuid) as tenant, name" + more + mark
                                + " from " + type.getSimpleName() + " where id = 2",
                        type)
                .getSingleResult();
    }

    @Test
    void aRowThatLiesOfItsOwnerIsNotChanged() {
        TakenOut.reads(world.safe.unwrap(SessionFactoryImplementor.class));
        for (Class<? extends Row> type : TYPES) {
            for (BiConsumer<EntityManager, Row> work :
                    List.<BiConsumer<EntityManager, Row>>of((em, row) -> row.rename("lie"), EntityManager::remove)) {
                TenantScope.of(a).run(() -> {
                    try (EntityManager em = world.safe.createEntityManager()) {
                        em.getTransaction().begin();
                        work.accept(em, lie(em, type, "id"));
                        assertThatThrownBy(em::flush)
                                .as(type.getSimpleName())
                                .isInstanceOfAny(TenantSafetyException.class, OptimisticLockException.class);
                        em.getTransaction().rollback();
                    }
                });
            }
            assertThat(world.rows("select name from " + type.getSimpleName() + " where id = 2"))
                    .containsExactly("own 2 | ");
        }
    }

    /** It is written by its key, wherever it says it is. */
    @Test
    void aRowThatLiesOfItsPlaceIsNotChanged() {
        for (Class<? extends Row> type : List.of(Bench.class, Seat.class)) {
            inA(em -> lie(em, type, "1").rename("lie"));
            assertThat(world.rows("select name from " + type.getSimpleName())).containsExactly("lie | ", "own 2 | ");
            inA(em -> em.remove(lie(em, type, "1")));
            assertThat(world.rows("select name from " + type.getSimpleName())).containsExactly("own 2 | ");
        }
    }

    @Test
    void aRowThatAnotherSessionMarkedIsNotChanged() {
        assertThatThrownBy(() -> inA(em -> {
                    Tally tally = em.find(Tally.class, 1);
                    inA(other -> other.remove(other.find(Tally.class, 1)));
                    tally.rename("late");
                }))
                .hasRootCauseInstanceOf(TenantSafetyException.class);
        assertThat(world.rows("select name from Tally where id = 1")).containsExactly("own 1 | ");
    }

    @Test
    void ownRowsAreChangedInBothKindsOfSession() {
        for (Class<? extends Row> type : TYPES) {
            inA(em -> em.find(type, 1).rename("new"));
            TenantScope.of(a)
                    .run(() -> World.stateless(world.safe, session -> {
                        Row own = session.get(type, 1L);
                        assertThat(own.name).isEqualTo("new");
                        own.rename("newer");
                        session.update(own);
                    }));
            assertThat(world.rows("select name from " + type.getSimpleName() + " where id = 1"))
                    .containsExactly("newer | ");
            inA(em -> em.remove(em.find(type, 1)));
        }
    }

    @Test
    void aFlushLooksForItsRowsOnce() {
        for (Class<? extends Row> type : TYPES) {
            inA(em -> {
                for (long id = 10; id < 30; id++) {
                    em.persist(made(type, id));
                }
            });
            String all = "from " + type.getSimpleName();
            long plain = writes(world.plain(), all);
            assertThat(writes(world.safe, all)).as(type.getSimpleName()).isBetween(plain, plain + 1);
        }
    }

    private long writes(EntityManagerFactory factory, String all) {
        var statistics = factory.unwrap(SessionFactory.class).getStatistics();
        return TenantScope.of(a)
                .call(() -> World.transaction(factory, em -> {
                    List<Row> rows =
                            em.createQuery(all, Row.class).setMaxResults(20).getResultList();
                    long before = statistics.getPrepareStatementCount();
                    rows.forEach(row -> row.rename(row.name + "x"));
                    em.flush();
                    return statistics.getPrepareStatementCount() - before;
                }));
    }
}
