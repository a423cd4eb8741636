package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MapKeyJoinColumn;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes back as the key of a map, or as the one-to-one of another, comes back in sessions too: in the one that undoes, and for one
 * that read before, which would write what it saw then.
 */
@ParameterizedClass
@EnumSource(Database.class)
class UndoneIntoHeldTest extends WorldTest {

    @Entity(name = "Tab")
    static class Tab implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Embeddable
    static class Drawer {
        @ElementCollection
        @MapKeyJoinColumn(name = "tab")
        Map<Tab, String> labels = new HashMap<>();
    }

    /** With a version. */
    @Entity(name = "Rack")
    static class Rack {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        @ElementCollection
        @MapKeyJoinColumn(name = "tab")
        Map<Tab, Integer> weights = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "rack_seconds")
        @MapKeyJoinColumn(name = "tab")
        Map<Tab, Book> seconds = new HashMap<>();

        @Embedded
        Drawer drawer = new Drawer();

        Map<Tab, ?> map(String name) {
            return switch (name) {
                case "weights" -> weights;
                case "seconds" -> seconds;
                default -> drawer.labels;
            };
        }

        void replace(String name) {
            switch (name) {
                case "weights" -> weights = new HashMap<>(weights);
                case "seconds" -> seconds = new HashMap<>(seconds);
                default -> drawer.labels = new HashMap<>(drawer.labels);
            }
        }
    }

    @Entity(name = "Book")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Book implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String title = "";

        @OneToOne(mappedBy = "book", cascade = CascadeType.ALL, orphanRemoval = true)
        @Nullable
        Blurb blurb;

        @OneToOne(mappedBy = "of", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Cover cover;

        @Embedded
        @Nullable
        Tombstone tombstone;

        void entitle() {
            title = "another";
        }

        @Nullable
        Object part(String name) {
            return name.equals("blurb") ? blurb : cover;
        }

        void cut(String name) {
            if (name.equals("blurb")) {
                blurb = null;
            } else {
                cover = null;
            }
        }
    }

    @Entity(name = "Novel")
    static class Novel extends Book {}

    /** By a key of its own. */
    @Entity(name = "Blurb")
    static class Blurb implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Book book;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** By the key of the other. */
    @Entity(name = "Cover")
    static class Cover implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Book of;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    UndoneIntoHeldTest(Database database) {
        super(new World(
                database, List.of(Tab.class, Rack.class, Book.class, Novel.class, Blurb.class, Cover.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Rack rack = new Rack();
            rack.id = 1;
            for (int i = 1; i <= 2; i++) {
                Book book = i == 1 ? new Book() : new Novel();
                book.id = i;
                em.persist(book);
                Blurb blurb = new Blurb();
                blurb.id = i;
                blurb.book = book;
                em.persist(blurb);
                Cover cover = new Cover();
                cover.of = book;
                em.persist(cover);
                Tab tab = new Tab();
                tab.id = i;
                em.persist(tab);
                rack.weights.put(tab, i);
                rack.seconds.put(tab, book);
                rack.drawer.labels.put(tab, "label");
            }
            em.persist(rack);
        });
    }

    private <R> R inASession(Function<EntityManager, R> work) {
        return TenantScope.of(a).call(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                return work.apply(em);
            }
        });
    }

    private static void transaction(EntityManager em, Runnable work) {
        em.getTransaction().begin();
        work.run();
        em.getTransaction().commit();
    }

    private List<String> entries(String map) {
        return world.rows("select count(*) from "
                + switch (map) {
                    case "weights" -> "rack_weights";
                    case "seconds" -> "rack_seconds";
                    default -> "rack_labels";
                });
    }

    private DeletionId markTab(EntityManager em) {
        return Deletions.of(em).because("test", () -> em.remove(em.find(Tab.class, 2L)));
    }

    /** Hibernate asks for no version where a collection in an embeddable is replaced. */
    @ParameterizedTest
    @ValueSource(strings = {"weights", "seconds"})
    @DisabledIfSystemProperty(
            named = "tests.enhanced",
            matches = "true",
            disabledReason = "Hibernate asks for no version of an enhanced instance whose map is replaced")
    void aSessionThatReadAMapWithoutAKeyIsStale(String map) {
        DeletionId deletion = world.get(a, this::markTab);
        inASession(em -> {
            em.getTransaction().begin();
            Rack rack = em.find(Rack.class, 1L);
            assertThat(rack.map(map)).hasSize(1);
            inA(other -> Deletions.of(other).undo(deletion));
            rack.replace(map);
            assertThatThrownBy(em.getTransaction()::commit)
                    .rootCause()
                    .isInstanceOfAny(OptimisticLockException.class, org.hibernate.StaleStateException.class);
            return null;
        });
        assertThat(entries(map)).containsExactly("2 | ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"weights", "seconds", "labels"})
    void theSessionThatUndoesShowsTheKeysOfMaps(String map) {
        inA(em -> {
            DeletionId deletion = markTab(em);
            Rack rack = em.find(Rack.class, 1L);
            assertThat(rack.map(map)).hasSize(1);
            Deletions.of(em).undo(deletion);
            assertThat(rack.map(map)).hasSize(2);
            rack.replace(map);
        });
        assertThat(entries(map)).containsExactly("2 | ");
    }

    private long alive(String table) {
        return world.count(table + " where deletion_id is null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"blurb", "cover"})
    void theSessionThatUndoesShowsAOneToOneAndDoesNotRemoveItAgain(String part) {
        for (long id : new long[] {1, 2}) {
            for (boolean isRemoved : new boolean[] {true, false}) {
                for (boolean isCut : isRemoved ? new boolean[] {true, false} : new boolean[] {true}) {
                    inA(em -> {
                        Book book = em.find(Book.class, id);
                        DeletionId deletion = remove(em, book, part, isCut, isRemoved);
                        Deletions.of(em).undo(deletion);
                        assertThat(book.part(part)).isNotNull();
                    });
                    assertThat(alive(part))
                            .as("cut %s, removed %s", isCut, isRemoved)
                            .isEqualTo(2);
                }
            }
        }
    }

    private static DeletionId remove(EntityManager em, Book book, String name, boolean isCut, boolean isRemoved) {
        return Deletions.of(em).because("test", () -> {
            Object part = Objects.requireNonNull(book.part(name));
            if (isCut) {
                book.cut(name);
            }
            if (isRemoved) {
                em.remove(part);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"blurb", "cover"})
    void soItIsInALaterTransactionOfTheSession(String part) {
        for (Consumer<Session> before : List.<Consumer<Session>>of(
                session -> {},
                session -> session.setHibernateFlushMode(FlushMode.MANUAL),
                session -> session.setDefaultReadOnly(true))) {
            inASession(em -> {
                before.accept(em.unwrap(Session.class));
                em.getTransaction().begin();
                Book book = em.find(Book.class, 1L);
                DeletionId deletion = remove(em, book, part, true, true);
                em.flush();
                em.getTransaction().commit();
                transaction(em, () -> Deletions.of(em).undo(deletion));
                transaction(em, () -> {
                    book.entitle();
                    em.flush();
                });
                return null;
            });
            assertThat(alive(part)).isEqualTo(2);
        }
    }

    @Test
    void aOneToOneThatWasReadWhileItWasMarkedIsThere() {
        inA(em -> {
            DeletionId deletion = Deletions.of(em).because("test", () -> em.remove(em.find(Blurb.class, 1L)));
            Book book = em.find(Book.class, 1L);
            if (!Boolean.getBoolean("tests.enhanced")) { // whose getter finds the instance that the session marked
                assertThat(book.part("blurb")).isNull();
            }
            Deletions.of(em).undo(deletion);
            assertThat(book.part("blurb")).isNotNull();
        });
    }

    @Test
    void bothComeBack() {
        inA(em -> {
            em.remove(em.find(Rack.class, 1L));
            em.flush();
            Book book = em.find(Book.class, 2L);
            DeletionId deletion = Deletions.of(em).because("test", () -> em.remove(book));
            Deletions.of(em).undo(deletion);
            assertThat(book.part("blurb")).isNotNull();
            assertThat(book.part("cover")).isNotNull();
            book.entitle();
        });
        assertThat(alive("blurb")).isEqualTo(2);
        assertThat(alive("cover")).isEqualTo(2);
    }

    @Test
    void aVersionIsIncreasedOnceForAllKeys() {
        DeletionId deletion = world.get(a, this::markTab);
        List<String> before = world.rows("select version from rack");
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(before).containsExactly("0 | ");
        assertThat(world.rows("select version from rack")).containsExactly("1 | ");
    }
}
