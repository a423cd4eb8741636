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
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.OptimisticLock;
import org.hibernate.annotations.SQLUpdate;
import org.hibernate.annotations.SecondaryRow;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of which only a table without an owner is written: a secondary one, or that of a subclass. */
@ParameterizedClass
@EnumSource(Database.class)
class SecondaryTableTest extends WorldTest {

    interface Told {
        void tell(@Nullable String text);
    }

    @Entity(name = "Sheet")
    @SecondaryTable(name = "sheet_more")
    @SecondaryTable(name = "sheet_most")
    static class Sheet implements Told {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "sheet_more")
        @Nullable
        String more;

        @Column(table = "sheet_most")
        @Nullable
        String most;

        @Override
        public void tell(@Nullable String text) {
            more = text;
            most = text;
        }
    }

    @Entity(name = "Leaf")
    @DynamicUpdate
    @SecondaryTable(name = "leaf_more")
    static class Leaf implements Told {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "leaf_more")
        @Nullable
        String more;

        @Override
        public void tell(@Nullable String text) {
            more = text;
        }
    }

    /** The row of its secondary table is always there. */
    @Entity(name = "Page")
    @SecondaryTable(name = "page_more")
    @SecondaryRow(table = "page_more", optional = false)
    static class Page implements Told {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "page_more")
        @Nullable
        String more = "";

        @Override
        public void tell(@Nullable String text) {
            more = text;
        }
    }

    @Entity(name = "Roll")
    @SecondaryTable(name = "roll_more")
    static class Roll implements Told {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        String name = "";

        @Column(table = "roll_more")
        @OptimisticLock(excluded = true)
        @Nullable
        String more;

        @Override
        public void tell(@Nullable String text) {
            more = text;
        }
    }

    @Entity(name = "Card")
    @SQLUpdate(sql = "update Card set more = ?, name = ? where id = ?")
    static class Card implements Told {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Nullable
        String more;

        @Override
        public void tell(@Nullable String text) {
            more = text;
        }
    }

    @Entity(name = "Folder")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Folder {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";
    }

    @Entity(name = "Binder")
    static class Binder extends Folder {
        int width;
    }

    @Entity(name = "Album")
    static class Album extends Binder implements Told {
        @Nullable
        String more;

        @Override
        public void tell(@Nullable String text) {
            more = text;
        }
    }

    @Entity(name = "Slip")
    @SecondaryTable(name = "slip_more")
    static class Slip implements SoftDeletable, Told {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "slip_more")
        @Nullable
        String more;

        @Embedded
        @Nullable
        Tombstone tombstone;

        @Override
        public void tell(@Nullable String text) {
            more = text;
        }
    }

    private record Kind(Class<? extends Told> type, String columns, String from, List<String> tables) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    Sheet.class,
                    "x.name, m.more, n.most",
                    "Sheet x left join sheet_more m on m.id = x.id left join sheet_most n on n.id = x.id",
                    List.of("Sheet", "sheet_more", "sheet_most")),
            new Kind(
                    Leaf.class,
                    "x.name, m.more",
                    "Leaf x left join leaf_more m on m.id = x.id",
                    List.of("Leaf", "leaf_more")),
            new Kind(
                    Page.class,
                    "x.name, m.more",
                    "Page x left join page_more m on m.id = x.id",
                    List.of("Page", "page_more")),
            new Kind(
                    Roll.class,
                    "x.name, x.version, m.more",
                    "Roll x left join roll_more m on m.id = x.id",
                    List.of("Roll", "roll_more")),
            new Kind(Card.class, "x.name, x.more", "Card x", List.of("Card")),
            new Kind(
                    Album.class,
                    "x.name, b.width, m.more",
                    "Folder x join Binder b on b.id = x.id join Album m on m.id = x.id",
                    List.of("Folder", "Binder", "Album")),
            new Kind(
                    Slip.class,
                    "x.name, x.deleted_at, x.deleted_by, x.deletion_id, m.more",
                    "Slip x left join slip_more m on m.id = x.id",
                    List.of("Slip", "slip_more")));

    private int read;

    private static final long OWN = 1;
    private static final long FOREIGN = 2;

    SecondaryTableTest(Database database) {
        super(new World(
                database,
                List.of(
                        Sheet.class,
                        Leaf.class,
                        Page.class,
                        Roll.class,
                        Card.class,
                        Folder.class,
                        Binder.class,
                        Album.class,
                        Slip.class),
                Map.of("hibernate.generate_statistics", "true")));
    }

    @BeforeEach
    void rows() {
        for (Kind kind : KINDS) {
            inA(em -> em.persist(made(kind, OWN, a, "own")));
            world.in(b, em -> em.persist(made(kind, FOREIGN, b, "foreign")));
        }
    }

    private static Told made(Kind kind, long id, TenantId tenant, @Nullable String text) {
        try {
            Told made = kind.type().getDeclaredConstructor().newInstance();
            set(made, "id", id);
            set(made, "tenant", tenant);
            made.tell(text);
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void set(Object instance, String field, Object value) throws ReflectiveOperationException {
        Class<?> type = instance instanceof Folder ? Folder.class : instance.getClass();
        type.getDeclaredField(field).set(instance, value);
    }

    /** The row of the other tenant, as one that says it is ours; in a factory in which nothing looks at what is read. */
    private Told lie(EntityManager em, Kind kind) {
        Told lie = (Told) em.createNativeQuery(sql(kind), kind.type()).getSingleResult();
        read++;
        return lie;
    }

    private String sql(Kind kind) {
        return "select x.id, cast('" + a.uuid() + "' as uuid) as tenant, " + kind.columns() + " from " + kind.from()
                + " where x.id = " + FOREIGN;
    }

    private Map<String, List<String>> foreign(Kind kind) {
        Function<String, List<String>> read = table -> world.rows("select * from " + table + " where id = " + FOREIGN);
        return kind.tables().stream().collect(java.util.stream.Collectors.toMap(table -> table, read));
    }

    private void refused(Kind kind, Runnable work) {
        Map<String, List<String>> before = foreign(kind);
        read = 0;
        assertThatThrownBy(work::run)
                .as(kind.type().getSimpleName())
                .satisfiesAnyOf(
                        e -> assertThat(e).isInstanceOf(TenantSafetyException.class),
                        e -> assertThat(e).hasRootCauseInstanceOf(TenantSafetyException.class),
                        e -> assertThat(e).isInstanceOf(OptimisticLockException.class),
                        e -> assertThat(e).hasCauseInstanceOf(OptimisticLockException.class));
        assertThat(read)
                .as("%s was read, and refused when it was written", kind.type())
                .isEqualTo(1);
        assertThat(foreign(kind)).as(kind.type().getSimpleName()).isEqualTo(before);
    }

    @Test
    @Shows(
            "a change of a row that came into the session in a way that no filter sees (native SQL, a procedure, a cache)")
    void aRowThatLiesOfItsOwnerIsNotChanged() {
        TakenOut.reads(world.safe.unwrap(SessionFactoryImplementor.class));
        for (Kind kind : KINDS) {
            refused(kind, () -> inA(em -> lie(em, kind).tell("lie")));
            refused(kind, () -> inA(em -> lie(em, kind).tell(null)));
        }
    }

    @Test
    void aRowThatLiesOfItsOwnerIsNotRemoved() {
        TakenOut.reads(world.safe.unwrap(SessionFactoryImplementor.class));
        for (Kind kind : KINDS) {
            refused(kind, () -> inA(em -> em.remove(lie(em, kind))));
        }
    }

    @Test
    void aStatelessSessionWritesNoRowOfOthers() {
        List<BiConsumer<StatelessSession, Told>> ways = List.of(
                StatelessSession::update,
                StatelessSession::upsert,
                StatelessSession::delete,
                (session, told) -> session.updateMultiple(List.of(told)),
                (session, told) -> session.upsertMultiple(List.of(told)),
                (session, told) -> session.deleteMultiple(List.of(told)));
        for (Kind kind : KINDS) {
            for (BiConsumer<StatelessSession, Told> way : ways) {
                for (String text : new String[] {"lie", null}) {
                    Map<String, List<String>> before = foreign(kind);
                    TenantScope.of(a)
                            .run(() -> World.stateless(world.safe, session -> {
                                assertThatThrownBy(() -> way.accept(session, made(kind, FOREIGN, a, text)))
                                        .isInstanceOf(TenantSafetyException.class);
                                // and it goes on
                            }));
                    assertThat(foreign(kind)).as(kind.type().getSimpleName()).isEqualTo(before);
                }
            }
        }
    }

    @Test
    void aRowThatAnotherSessionMarkedIsNotChanged() {
        assertThatThrownBy(() -> inA(em -> {
                    Slip slip = em.find(Slip.class, OWN);
                    inA(other -> other.remove(other.find(Slip.class, OWN)));
                    slip.more = "late";
                }))
                .hasRootCauseInstanceOf(TenantSafetyException.class);
        assertThat(world.rows("select more from slip_more where id = 1")).containsExactly("own | ");
    }

    @Test
    void ownRowsAreChangedAndRemoved() {
        for (Kind kind : KINDS) {
            long id = 7;
            for (String text : new String[] {"new", null, "again"}) {
                Told told = made(kind, id++, a, "seven");
                inA(em -> em.find(kind.type(), OWN).tell(text));
                inA(em -> {
                    em.persist(told);
                    em.flush();
                    told.tell(text);
                    em.flush();
                    em.remove(told);
                });
                TenantScope.of(a)
                        .run(() -> World.stateless(world.safe, session -> {
                            Told own = session.get(kind.type(), OWN);
                            own.tell(text);
                            session.update(own);
                        }));
            }
            if (kind.type() != Slip.class) {
                inA(em -> em.remove(em.find(kind.type(), OWN)));
            }
        }
    }

    /** What one flush writes is looked for at once. */
    @Test
    void aFlushLooksForItsRowsOnce() {
        for (Kind kind : KINDS) {
            inA(em -> {
                for (long id = 10; id < 30; id++) {
                    em.persist(made(kind, id, a, "x"));
                }
            });
            String entity = kind.type().getSimpleName();
            long writes = statements(() -> inA(em -> em.createQuery("from " + entity, kind.type())
                    .getResultList()
                    .forEach(told -> told.tell("y"))));
            // without batches: one for each row and table that is written, one for the query, one to look for all
            long expected = 21L * (kind.type() == Sheet.class ? 2 : 1) + 1;
            assertThat(writes).as(entity).isBetween(expected, expected + 1);
            long removals = statements(() -> inA(em -> em.createQuery("from " + entity, kind.type())
                    .getResultList()
                    .forEach(em::remove)));
            long tables = kind.type() == Slip.class ? 1 : kind.tables().size();
            assertThat(removals).as(entity).isBetween(21 * tables + 1, 21 * tables + 3);
        }
    }

    private long statements(Runnable work) {
        var statistics = world.safe.unwrap(SessionFactory.class).getStatistics();
        long before = statistics.getPrepareStatementCount();
        work.run();
        return statistics.getPrepareStatementCount() - before;
    }
}
