package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.PrePersist;
import jakarta.persistence.Version;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.h2.jdbcx.JdbcConnectionPool;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.NaturalId;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.jpa.repository.support.SimpleJpaRepository;

/** A row whose key the program gives it is removed, and one with the same key is added. */
@ParameterizedClass
@EnumSource(Database.class)
class GivenKeysAddedAgainTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        String text = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        /** An enhanced instance notices what its own methods change. */
        void changeText(String changed) {
            text = changed;
        }
    }

    @Entity(name = "Coded")
    static class Coded extends Row {
        @Id
        String code = "code";

        @Column(updatable = false)
        String first = "";

        boolean isPersisted;

        @PrePersist
        void persisted() {
            isPersisted = true;
        }
    }

    @Entity(name = "Special")
    static class Special extends Coded {}

    @Entity(name = "Numbered")
    static class Numbered extends Row {
        @Id
        long number = 7;

        @Version
        int version;
    }

    @Entity(name = "Typed")
    static class Typed extends Row {
        static final LabelId ID = LabelId.create();

        @Id
        LabelId id = ID;

        @Version
        @Nullable
        Integer version;
    }

    @Entity(name = "Generated")
    static class Generated extends Row {
        @Id
        @GeneratedTypedId
        @Nullable
        LabelId id;

        @NaturalId
        String slug = "slug";
    }

    @Entity(name = "Linked")
    static class Linked extends Row {
        @Id
        String code = "code";

        @ElementCollection
        Set<String> tags = new TreeSet<>();

        @ElementCollection
        @OrderColumn
        List<String> lines = new ArrayList<>();

        @ManyToMany
        Set<Numbered> numbered = new java.util.HashSet<>();
    }

    @Entity(name = "Orphaned")
    static class Orphaned extends Row {
        @Id
        String code = "code";

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn
        Set<Numbered> numbered = new java.util.HashSet<>();
    }

    private static final List<Class<?>> ENTITIES = List.of(
            Coded.class, Special.class, Numbered.class, Typed.class, Generated.class, Linked.class, Orphaned.class);

    GivenKeysAddedAgainTest(Database database) {
        super(new World(database, ENTITIES, Map.of()));
    }

    private <T extends Row> T row(Class<T> type, String text, @Nullable Object key) {
        try {
            T row = type.getDeclaredConstructor().newInstance();
            row.text = text;
            row.tenant = a;
            if (row instanceof Generated generated) {
                generated.id = (LabelId) key;
            } else if (row instanceof Linked linked) {
                linked.tags.add(text);
                linked.lines.addAll(List.of(text, "same"));
            }
            return row;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends Row> Map<String, BiConsumer<EntityManager, T>> ways(Class<T> type, Object key) {
        Map<String, BiConsumer<EntityManager, T>> ways = new LinkedHashMap<>();
        for (boolean isFlushed : new boolean[] {false, true}) {
            BiConsumer<EntityManager, Object> remove = (em, row) -> {
                em.remove(row);
                if (isFlushed) {
                    em.flush();
                }
            };
            String name = isFlushed ? " after a flush" : "";
            ways.put("persist" + name, (em, old) -> {
                remove.accept(em, old);
                em.persist(row(type, "new", key));
                assertThat(em.find(type, key).text).isEqualTo("new");
            });
            ways.put("merge" + name, (em, old) -> {
                remove.accept(em, old);
                em.merge(row(type, "new", key));
            });
            ways.put("merge of a copy that was read" + name, (em, old) -> {
                read(old);
                em.detach(old);
                remove.accept(em, em.find(type, key));
                old.changeText("new");
                em.merge(old);
            });
            ways.put("persist of the same" + name, (em, old) -> {
                remove.accept(em, old);
                old.changeText("new");
                em.persist(old);
            });
            ways.put("merge of the same" + name, (em, old) -> {
                read(old);
                remove.accept(em, old);
                old.changeText("new");
                em.merge(old);
            });
            ways.put("twice" + name, (em, old) -> {
                remove.accept(em, old);
                T second = row(type, "second", key);
                em.persist(second);
                remove.accept(em, second);
                em.persist(row(type, "new", key));
            });
            ways.put("and removed" + name, (em, old) -> {
                remove.accept(em, old);
                T second = row(type, "second", key);
                em.persist(second);
                remove.accept(em, second);
            });
            ways.put("by a repository" + name, (em, old) -> {
                SimpleJpaRepository<T, Object> rows = new SimpleJpaRepository<>(type, em);
                rows.delete(old);
                if (isFlushed) {
                    rows.flush();
                }
                rows.save(row(type, "new", key));
            });
        }
        return ways;
    }

    /** Hibernate alone would lose what was not. */
    private static void read(Row row) {
        if (row instanceof Linked linked) {
            assertThat(linked.tags.size() + linked.lines.size()).isPositive();
            assertThat(linked.numbered).isEmpty();
        }
    }

    private List<String> alive(Class<?> type) {
        List<String> rows =
                new ArrayList<>(world.rows("select text from " + type.getSimpleName() + " where deleted_at is null"));
        if (type == Linked.class) {
            rows.addAll(world.rows("select tags from linked_tags"));
            rows.addAll(world.rows("select lines, lines_order from linked_lines"));
        }
        return rows;
    }

    private <T extends Row> Object first(Class<T> type) {
        world.sql("delete from linked_tags", "delete from linked_lines", "delete from linked_numbered");
        for (Class<?> each : List.of(Orphaned.class, Linked.class, Coded.class, Numbered.class, Typed.class)) {
            world.sql("delete from " + each.getSimpleName());
        }
        world.sql("delete from generated", "delete from tenant_safety_deletion");
        T first = row(type, "old", null);
        inA(em -> em.persist(first));
        return world.safe.getPersistenceUnitUtil().getIdentifier(first);
    }

    private @Nullable RuntimeException attempt(EntityManagerFactory factory, Consumer<EntityManager> work) {
        try {
            TenantScope.of(a)
                    .run(() -> World.transaction(factory, em -> {
                        work.accept(em);
                        return true;
                    }));
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private <T extends Row> void assertAsPlain(Class<T> type) {
        EntityManagerFactory plain = world.plain();
        for (String way : ways(type, first(type)).keySet()) {
            Object key = first(type);
            RuntimeException refused =
                    attempt(plain, em -> ways(type, key).get(way).accept(em, em.find(type, key)));
            List<String> expected = alive(type);
            Object second = first(type);
            RuntimeException thrown =
                    attempt(world.safe, em -> ways(type, second).get(way).accept(em, em.find(type, second)));
            if (refused == null) {
                assertThat(thrown).as(type.getSimpleName() + " " + way).isNull();
                List<String> actual = alive(type);
                if (way.startsWith("and removed")) { // its collections stay
                    actual = world.rows("select text from " + type.getSimpleName() + " where deleted_at is null");
                }
                assertThat(actual).as(type.getSimpleName() + " " + way).isEqualTo(expected);
                assertThat(world.count("tenant_safety_deletion")).as(way).isEqualTo(expected.isEmpty() ? 1 : 0);
            } else {
                assertThat(thrown)
                        .as(type.getSimpleName() + " " + way + " " + refused)
                        .isNull(); // and we are no worse
            }
        }
    }

    @Test
    @Shows(
            "`persist` of a new instance with the key of one that the same transaction removed (an `@Id` that the program sets, `@EmbeddedId`, `@IdClass`, `@MapsId`), or `merge` of a copy, or a cascade of the flush that finds one")
    void aText() {
        assertAsPlain(Coded.class);
    }

    @Test
    void aNumber() {
        assertAsPlain(Numbered.class);
    }

    @Test
    void aTypedId() {
        assertAsPlain(Typed.class);
    }

    @Test
    void oneThatIsGeneratedWhereTheProgramGivesNone() {
        assertAsPlain(Generated.class);
    }

    @Test
    void withCollectionsOfItsOwn() {
        assertAsPlain(Linked.class);
    }

    @Test
    void aJoinTable() {
        first(Linked.class);
        inA(em -> {
            Numbered one = row(Numbered.class, "one", null);
            Numbered two = row(Numbered.class, "two", null);
            two.number = 8;
            em.persist(one);
            em.persist(two);
            em.find(Linked.class, "code").numbered.addAll(List.of(one, two));
        });
        inA(em -> {
            em.remove(em.find(Linked.class, "code"));
            Linked linked = row(Linked.class, "new", null);
            linked.numbered.add(em.find(Numbered.class, 8L));
            em.persist(linked);
        });
        assertThat(world.rows("select numbered_number from linked_numbered")).containsExactly("8 | ");
        inA(em -> em.remove(em.find(Linked.class, "code")));
        assertThat(world.rows("select numbered_number from linked_numbered")).containsExactly("8 | ");
    }

    @Test
    void whoseOrphansAreRemovedIsRefused() {
        first(Orphaned.class);
        assertThatThrownBy(() -> inA(em -> {
                    em.remove(em.find(Orphaned.class, "code"));
                    em.persist(row(Orphaned.class, "new", null));
                }))
                .isInstanceOf(MarkedException.class)
                .hasMessage(
                        "Orphaned code was removed, and another instance with its key was added in the same transaction. "
                                + "Call persist(…) for the one that was removed, and change that.");
        inA(em -> {
            Orphaned orphaned = em.find(Orphaned.class, "code");
            em.remove(orphaned);
            orphaned.changeText("new");
            em.persist(orphaned);
        });
        assertThat(alive(Orphaned.class)).containsExactly("new | ");
    }

    @Test
    void ofAnotherClassIsRefused() {
        first(Coded.class);
        for (boolean isMerged : new boolean[] {false, true}) {
            assertThatThrownBy(() -> inA(em -> {
                        em.remove(em.find(Coded.class, "code"));
                        Special special = row(Special.class, "new", null);
                        if (isMerged) {
                            em.merge(special);
                        } else {
                            em.persist(special);
                        }
                    }))
                    .isInstanceOf(MarkedException.class)
                    .hasMessageContaining("It is of another class. Give it another key.");
        }
        assertThat(alive(Coded.class)).containsExactly("old | ");
    }

    @Test
    void withAnotherNaturalIdIsRefused() {
        LabelId key = (LabelId) first(Generated.class);
        assertThatThrownBy(() -> inA(em -> {
                    em.remove(em.find(Generated.class, key));
                    Generated added = row(Generated.class, "new", key);
                    added.slug = "other";
                    em.persist(added);
                }))
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining("Its slug is another and cannot be updated. Give the new one another key.");
    }

    @Test
    void whatIsPersistedIsTold() {
        first(Coded.class);
        inA(em -> {
            em.remove(em.find(Coded.class, "code"));
            Coded added = row(Coded.class, "new", null);
            added.first = "changed";
            em.persist(added);
            assertThat(added.isPersisted).isTrue();
            assertThat(added.first).isEmpty(); // what is not updated, the row keeps
        });
        assertThat(world.rows("select first, text from coded")).containsExactly(" | new | ");
    }

    private DeletionId marked(Class<?> type, Object key) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(type, key))));
    }

    private void assertNamed(@Nullable Throwable thrown, String row, DeletionId deletion) {
        assertThat(causes(thrown)).anySatisfy(cause -> assertThat(cause)
                .isInstanceOf(MarkedException.class)
                .hasMessage(row + ": a row with this key was deleted by " + deletion
                        + " and keeps it. Undo that deletion with Deletions.of(entityManager).undo(…), and change the row; or use "
                        + "another key."));
    }

    @Test
    @Shows("the same in a later transaction")
    void inALaterTransactionTheDeletionIsNamed() {
        Object key = first(Numbered.class);
        DeletionId deletion = marked(Numbered.class, key);
        EntityManagerFactory batching = world.jpa(Map.of("hibernate.jdbc.batch_size", "20"));
        Consumer<EntityManager> several = em -> {
            for (int i = 5; i < 15; i++) {
                Numbered numbered = row(Numbered.class, "new", null);
                numbered.number = i;
                em.persist(numbered);
            }
        };
        for (EntityManagerFactory factory : List.of(world.safe, batching)) {
            String inserted = "Numbered 7 cannot be inserted";
            assertNamed(attempt(factory, em -> em.persist(row(Numbered.class, "new", null))), inserted, deletion);
            assertNamed(attempt(factory, several), inserted, deletion);
            assertNamed(
                    attempt(factory, several.andThen(em -> em.createQuery("from Numbered")
                            .getResultList())),
                    inserted,
                    deletion);
            String merged = "Numbered 7 cannot be merged";
            assertNamed(attempt(factory, em -> em.merge(row(Numbered.class, "new", null))), merged, deletion);
            assertNamed(
                    attempt(factory, em -> new SimpleJpaRepository<>(Numbered.class, em)
                            .saveAndFlush(row(Numbered.class, "new", null))),
                    merged,
                    deletion);
        }
        assertThatThrownBy(() -> TenantScope.of(a).run(() -> {
                    try (StatelessSession session =
                            world.safe.unwrap(SessionFactory.class).openStatelessSession()) {
                        session.beginTransaction();
                        session.insert(row(Numbered.class, "new", null));
                    }
                }))
                .satisfies(thrown -> assertNamed(thrown, "Numbered 7 cannot be inserted", deletion))
                .satisfies(thrown -> assertThat(causes(thrown))
                        .as("what the database said")
                        .hasAtLeastOneElementOfType(ConstraintViolationException.class));
        assertThat(world.count("numbered")).isOne();
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(alive(Numbered.class)).containsExactly("old | ");
    }

    @Test
    void inALaterTransactionOfTheSameSessionToo() {
        first(Coded.class);
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                DeletionId deletion = Deletions.of(em).because("test", () -> em.remove(em.find(Coded.class, "code")));
                em.getTransaction().commit();
                em.getTransaction().begin();
                assertThatThrownBy(() -> em.persist(row(Coded.class, "new", null)))
                        .satisfies(thrown -> assertNamed(thrown, "Coded code cannot be inserted", deletion));
                em.getTransaction().rollback();
            }
        });
    }

    @Test
    void aKeyThatIsTakenOtherwiseIsTheDatabasesError() {
        first(Coded.class);
        assertDuplicate(attempt(world.safe, em -> em.persist(row(Coded.class, "new", null))));
        DeletionId deletion = marked(Coded.class, "code");
        RuntimeException ofB = null;
        try {
            world.in(b, em -> {
                Coded coded = row(Coded.class, "new", null);
                coded.tenant = b;
                em.persist(coded);
            });
        } catch (RuntimeException e) {
            ofB = e;
        }
        assertDuplicate(ofB);
        assertThat(causes(ofB)).noneSatisfy(cause -> assertThat(cause).hasMessageContaining(deletion.toString()));
    }

    private static void assertDuplicate(@Nullable Throwable thrown) {
        assertThat(causes(thrown))
                .hasAtLeastOneElementOfType(ConstraintViolationException.class)
                .doesNotHaveAnyElementsOfTypes(dev.tenantsafety.TenantSafetyException.class);
    }

    @Test
    void aDuplicateOfAnotherKeyCostsNoLook() {
        first(Generated.class);
        EntityManagerFactory counting = world.jpa(Map.of("hibernate.generate_statistics", "true"));
        assertDuplicate(attempt(counting, em -> em.persist(row(Generated.class, "new", null))));
        assertThat(counting.unwrap(SessionFactory.class).getStatistics().getPrepareStatementCount())
                .isOne();
    }

    @Test
    void anErrorOfAnotherKindCostsNoLook() {
        world.sql("alter table numbered add constraint small check (number < 100)");
        EntityManagerFactory counting = world.jpa(Map.of("hibernate.generate_statistics", "true"));
        assertDuplicate(attempt(counting, em -> em.persist(numbered(100))));
        assertThat(counting.unwrap(SessionFactory.class).getStatistics().getPrepareStatementCount())
                .isOne();
    }

    private Numbered numbered(long number) {
        Numbered made = row(Numbered.class, "new", null);
        made.number = number;
        return made;
    }

    @Test
    void theDeletionIsNamedOfOneAmongManyKeys() {
        DeletionId deletion = marked(Numbered.class, first(Numbered.class));
        assertNamed(
                attempt(world.safe, em -> {
                    for (int i = 0; i < 300; i++) {
                        em.persist(numbered(1_000 + i));
                    }
                    em.persist(numbered(7));
                }),
                "Numbered 7 cannot be inserted",
                deletion);
    }

    @Test
    void aKeyThatAnEarlierFlushInsertedIsNotNamed() {
        first(Numbered.class);
        assertDuplicate(attempt(world.safe, em -> {
            Numbered other = numbered(8);
            em.persist(other);
            em.flush();
            em.remove(other);
            em.flush();
            em.persist(numbered(7));
            em.flush();
        }));
    }

    /** Where a transaction takes no statement after an error, the database's error has to do. */
    @Test
    void whereNoOtherConnectionIsToBeHadTheTransactionLooksItself() throws SQLException {
        DeletionId deletion = marked(Numbered.class, first(Numbered.class));
        EntityManagerFactory waiting = world.jpa(Map.of()); // it rests from looking, after one in vain
        JdbcConnectionPool pool = (JdbcConnectionPool) world.source();
        int most = pool.getMaxConnections();
        int timeout = pool.getLoginTimeout();
        pool.setMaxConnections(1);
        pool.setLoginTimeout(1);
        RuntimeException thrown;
        try {
            thrown = attempt(waiting, em -> em.persist(numbered(7)));
        } finally {
            pool.setMaxConnections(most);
            pool.setLoginTimeout(timeout);
        }
        if (world.isUpperCase()) { // H2
            assertNamed(thrown, "Numbered 7 cannot be inserted", deletion);
        } else {
            assertDuplicate(thrown);
        }
    }

    @Test
    void insertsCostNothingMore() {
        EntityManagerFactory counting = world.jpa(Map.of("hibernate.generate_statistics", "true"));
        Statistics statistics = counting.unwrap(SessionFactory.class).getStatistics();
        assertThat(attempt(counting, em -> {
                    for (int i = 0; i < 40; i++) {
                        Coded coded = row(Coded.class, "new", null);
                        coded.code = "code" + i;
                        em.persist(coded);
                    }
                }))
                .isNull();
        assertThat(statistics.getPrepareStatementCount()).isEqualTo(40);
    }
}
