package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.hibernate.Hibernate;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections by another key than the primary one, which Hibernate takes from what an instance says. */
@ParameterizedClass
@EnumSource(Database.class)
class KeyedCollectionsTest extends WorldTest {

    @Entity(name = "Topic")
    @Shared("reference data")
    static class Topic {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "shelf_code", referencedColumnName = "code")
        @Nullable
        Shelf shelf;
    }

    @Entity(name = "Shelf")
    static class Shelf implements Serializable {
        private static final long serialVersionUID = 1;

        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(updatable = false)
        String code = "";

        @Column(updatable = false)
        String lane = "";

        @Column(name = "seat", updatable = false)
        String seat = "";

        @ElementCollection
        @CollectionTable(
                name = "shelf_words",
                joinColumns = @JoinColumn(name = "shelf_code", referencedColumnName = "code"))
        Set<String> words = new HashSet<>();

        @ElementCollection
        @BatchSize(size = 10)
        @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
        @CollectionTable(
                name = "shelf_notes",
                joinColumns = @JoinColumn(name = "shelf_code", referencedColumnName = "code"))
        List<String> notes = new ArrayList<>();

        @ElementCollection
        @CollectionTable(
                name = "shelf_pairs",
                joinColumns = {
                    @JoinColumn(name = "r", referencedColumnName = "lane"),
                    @JoinColumn(name = "s", referencedColumnName = "seat")
                })
        Set<String> pairs = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "shelf_topics", joinColumns = @JoinColumn(name = "shelf_code", referencedColumnName = "code"))
        Set<Topic> topics = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "shelf_code2", referencedColumnName = "code")
        Set<Topic> filed = new HashSet<>();

        @OneToMany(mappedBy = "shelf")
        Set<Topic> listed = new HashSet<>();

        List<Collection<?>> written() {
            return List.of(words, notes, pairs, topics, filed);
        }

        List<Collection<?>> all() {
            return List.of(words, notes, pairs, topics, filed, listed);
        }

        void retell(String to) {
            code = to;
            lane = to;
            seat = to;
        }
    }

    /** Owned by what it belongs to, and with a key of its own in the table of a subclass. */
    @Entity(name = "Box")
    @OwnedThrough("shelf")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Box {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Shelf shelf;
    }

    @Entity(name = "Crate")
    static class Crate extends Box {
        @Column(updatable = false)
        String code = "";

        @ElementCollection
        @CollectionTable(
                name = "crate_words",
                joinColumns = @JoinColumn(name = "crate_code", referencedColumnName = "code"))
        Set<String> words = new HashSet<>();

        void retell(String to) {
            code = to;
        }
    }

    private static final String ROW = "a collection by another key than the primary one (`referencedColumnName`), "
            + "whose owner says a key of somebody else's row";

    private static final List<String> TABLES =
            List.of("shelf_words", "shelf_notes", "shelf_pairs", "shelf_topics", "Topic", "crate_words");

    KeyedCollectionsTest(Database database) {
        super(new World(
                database,
                List.of(Topic.class, Shelf.class, Box.class, Crate.class),
                Map.of(
                        "hibernate.cache.use_second_level_cache",
                        "true",
                        "hibernate.cache.region.factory_class",
                        "jcache",
                        "hibernate.javax.cache.provider",
                        "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
                        "hibernate.javax.cache.missing_cache_strategy",
                        "create")));
    }

    @BeforeEach
    void shelves() {
        fill(a, 1, "own");
        fill(b, 2, "foreign");
    }

    private void fill(TenantId tenant, long id, String code) {
        world.in(tenant, em -> {
            Topic topic = new Topic();
            topic.id = id;
            em.persist(topic);
            Shelf shelf = shelf(id, tenant, code);
            shelf.words.add(code);
            shelf.notes.add(code);
            shelf.pairs.add(code);
            shelf.topics.add(topic);
            shelf.filed.add(topic);
            topic.shelf = shelf;
            em.persist(shelf);
            Crate crate = new Crate();
            crate.id = id;
            crate.shelf = shelf;
            crate.code = code;
            crate.words.add(code);
            em.persist(crate);
        });
    }

    private static Shelf shelf(long id, TenantId tenant, String code) {
        Shelf shelf = new Shelf();
        shelf.id = id;
        shelf.tenant = tenant;
        shelf.retell(code);
        return shelf;
    }

    private Shelf lie(EntityManager em) {
        return (Shelf) em.createNativeQuery(LIE, Shelf.class).getSingleResult();
    }

    private static final String LIE =
            "select id, tenant, 'foreign' as code, 'foreign' as lane, 'foreign' as seat from Shelf where id = 1";

    private List<String> foreign() {
        List<String> rows = new ArrayList<>();
        for (String table : TABLES) {
            world.rows("select * from " + table).stream()
                    .filter(row -> row.contains("foreign"))
                    .forEach(rows::add);
        }
        return rows;
    }

    private void refused(Runnable work) {
        List<String> before = foreign();
        assertThatThrownBy(work::run)
                .satisfiesAnyOf(e -> assertThat(e).isInstanceOf(TenantSafetyException.class), e -> assertThat(e)
                        .hasRootCauseInstanceOf(TenantSafetyException.class));
        assertThat(foreign()).isEqualTo(before).hasSize(6);
    }

    @Test
    @Shows(ROW)
    void aCollectionOfAnotherRowIsNotRead() {
        for (int i = 0; i < 6; i++) {
            int which = i;
            refused(() -> inA(em -> Hibernate.initialize(lie(em).all().get(which))));
            refused(() -> inA(em -> Hibernate.size(lie(em).all().get(which))));
        }
        // whose key is the instance itself, as it is now
        refused(() -> inA(em -> {
            Shelf own = em.find(Shelf.class, 1);
            own.retell("foreign");
            Hibernate.initialize(own.pairs);
        }));
        refused(() -> inA(em -> {
            Crate lie = (Crate) em.createNativeQuery(
                            "select x.id, x.shelf_id, 'foreign' as code, 1 as clazz_ from Box x where x.id = 1",
                            Crate.class)
                    .getSingleResult();
            Hibernate.initialize(lie.words);
        }));
    }

    /** Others of a batch are loaded with the one that is asked for. */
    @Test
    void aCollectionOfAnotherRowIsNotReadInABatch() {
        fill(a, 3, "third");
        refused(() -> inA(em -> {
            Shelf lie = lie(em);
            Hibernate.initialize(em.find(Shelf.class, 3).notes);
            assertThat(Hibernate.isInitialized(lie.notes)).isFalse();
            Hibernate.initialize(lie.notes);
        }));
    }

    @Test
    void aCollectionOfAnotherRowIsNotReadFromACache() {
        world.in(b, em -> Hibernate.initialize(em.find(Shelf.class, 2).notes));
        world.in(b, em -> Hibernate.initialize(em.find(Shelf.class, 2).notes));
        refused(() -> inA(em -> Hibernate.initialize(lie(em).notes)));
    }

    @Test
    @Shows(ROW)
    void aCollectionOfAnotherRowIsNotWritten() {
        List<Consumer<Shelf>> ways = List.of(
                shelf -> shelf.words.clear(),
                shelf -> shelf.words.add("x"),
                shelf -> shelf.notes.add("x"),
                shelf -> shelf.pairs.add("x"),
                shelf -> shelf.topics.clear(),
                shelf -> shelf.filed.clear(),
                shelf -> shelf.words = new HashSet<>(),
                shelf -> shelf.notes = new ArrayList<>(List.of("x")),
                shelf -> shelf.pairs = new HashSet<>(Set.of("x")),
                shelf -> shelf.topics = new HashSet<>(),
                shelf -> shelf.filed = new HashSet<>());
        for (Consumer<Shelf> way : ways) {
            refused(() -> inA(em -> way.accept(lie(em))));
        }
        refused(() -> inA(em -> {
            em.remove(lie(em));
        }));
    }

    @Test
    @Shows(ROW)
    void aStatelessSessionWritesAndFetchesNoCollectionOfAnotherRow() {
        List<BiConsumer<StatelessSession, Shelf>> ways = List.of(
                StatelessSession::update, StatelessSession::delete, StatelessSession::upsert, (session, shelf) -> {
                    shelf.id = 5;
                    shelf.retell("five"); // Hibernate takes the ID for the key
                    session.insert(shelf);
                });
        world.sql("delete from crate_words where crate_code = 'own'", "delete from Crate where id = 1");
        world.sql("delete from Box where id = 1");
        world.sql("update Topic set shelf_code = null, shelf_code2 = null where id = 1");
        for (String table : List.of("shelf_words", "shelf_notes", "shelf_topics")) {
            world.sql("delete from " + table + " where shelf_code = 'own'");
        }
        world.sql("delete from shelf_pairs where r = 'own'");
        for (BiConsumer<StatelessSession, Shelf> way : ways) {
            refused(() -> TenantScope.of(a)
                    .run(() -> World.stateless(world.safe, session -> {
                        Shelf lie = shelf(1, a, "foreign");
                        lie.words.add("x");
                        way.accept(session, lie);
                    })));
        }
        for (int i = 0; i < 6; i++) {
            int which = i;
            refused(() -> TenantScope.of(a)
                    .run(() -> World.stateless(world.safe, session -> {
                        Shelf lie = session.createNativeQuery(LIE, Shelf.class).getSingleResult();
                        session.fetch(lie.all().get(which));
                    })));
        }
    }

    @Test
    void ownCollectionsAreReadAndWritten() {
        inA(em -> {
            Shelf own = em.find(Shelf.class, 1);
            own.all().forEach(collection -> assertThat(collection).hasSize(1));
            own.written().forEach(Collection::clear);
        });
        inA(em -> {
            Shelf own = em.find(Shelf.class, 1);
            own.written().forEach(collection -> assertThat(collection).isEmpty());
            own.words.add("x");
            own.notes = new ArrayList<>(List.of("x", "y"));
            own.pairs.add("x");
            own.topics.add(em.find(Topic.class, 1));
            Shelf made = shelf(7, a, "new");
            made.words.add("x");
            made.notes.add("x");
            em.persist(made);
            em.flush();
            assertThat(made.words).hasSize(1);
            em.remove(made);
        });
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Shelf own = Objects.requireNonNull(session.get(Shelf.class, 1L));
                    session.fetch(own.words);
                    assertThat(own.words).containsExactly("x");
                    session.update(session.get(Shelf.class, 1L));
                    session.insert(shelf(8, a, "eight"));
                    session.delete(session.get(Shelf.class, 8L));
                }));
        // a key that nobody has
        inA(em -> {
            Shelf own = em.find(Shelf.class, 1);
            own.retell("nobody's");
            assertThat(own.words.size()).isBetween(0, 1);
            em.clear();
        });
    }

    /** What a session holds is looked for at once. */
    @Test
    void keysAreLookedForTogether() {
        for (long id = 10; id < 30; id++) {
            fill(a, id, "k" + id);
        }
        AtomicInteger prepared = new AtomicInteger();
        EntityManagerFactory factory =
                world.jpa(Map.of("hibernate.connection.datasource", counting(world.source(), prepared)));
        TenantScope.of(a)
                .run(() -> World.transaction(factory, em -> {
                    List<Shelf> shelves =
                            em.createQuery("from Shelf", Shelf.class).getResultList();
                    prepared.set(0);
                    shelves.forEach(shelf -> Hibernate.initialize(shelf.words));
                    return assertThat(prepared.get()).isEqualTo(21 + 1);
                }));
    }

    private static DataSource counting(DataSource source, AtomicInteger prepared) {
        return proxy(
                DataSource.class,
                source,
                result -> result instanceof Connection connection
                        ? proxy(Connection.class, connection, statement -> {
                            if (statement instanceof PreparedStatement) {
                                prepared.incrementAndGet();
                            }
                            return statement;
                        })
                        : result);
    }

    private static <T> T proxy(Class<T> type, T target, UnaryOperator<Object> seen) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return seen.apply(method.invoke(target, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
