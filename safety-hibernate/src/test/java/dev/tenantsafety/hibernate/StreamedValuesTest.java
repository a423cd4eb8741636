package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.ScrollMode;
import org.hibernate.ScrollableResults;
import org.hibernate.SessionFactory;
import org.hibernate.SharedSessionContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Values say nothing of whose they are, so that a stream or scroll of them goes on only while what it was opened in is open. */
@ParameterizedClass
@EnumSource(Database.class)
class StreamedValuesTest extends WorldTest {

    @Entity(name = "Part")
    static class Part implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Sort")
    @Shared("a catalog")
    static class Sort {
        @Id
        long id;
    }

    /** What can be read row by row. */
    interface Rows extends AutoCloseable {
        boolean next();

        @Override
        void close();
    }

    private static final Map<String, Function<SharedSessionContract, Rows>> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put(
                "stream",
                s -> rows(s.createSelectionQuery("select name from Part", String.class)
                        .getResultStream()
                        .iterator()));
        FORMS.put(
                "tuples",
                s -> rows(s.createSelectionQuery("select id as id, name as name from Part", Tuple.class)
                        .getResultStream()
                        .iterator()));
        FORMS.put(
                "criteria", s -> rows(s.createQuery(named(s)).getResultStream().iterator()));
        FORMS.put(
                "native",
                s -> rows(s.createNativeQuery("select name from part", String.class)
                        .getResultStream()
                        .iterator()));
        FORMS.put(
                "scroll",
                s -> rows(s.createSelectionQuery("select name from Part", String.class)
                        .scroll(ScrollMode.FORWARD_ONLY)));
        FORMS.put(
                "backwards",
                s -> rows(s.createSelectionQuery("select name from Part", String.class)
                        .scroll(ScrollMode.SCROLL_INSENSITIVE)));
        FORMS.put(
                "entities",
                s -> rows(s.createSelectionQuery("from Part", Part.class)
                        .getResultStream()
                        .iterator()));
    }

    private static jakarta.persistence.criteria.CriteriaQuery<String> named(SharedSessionContract session) {
        var query = session.getCriteriaBuilder().createQuery(String.class);
        return query.select(query.from(Part.class).get("name"));
    }

    private static Rows rows(java.util.Iterator<?> iterator) {
        return new Rows() {
            @Override
            public boolean next() {
                boolean isAny = iterator.hasNext();
                if (isAny) {
                    iterator.next();
                }
                return isAny;
            }

            @Override
            public void close() {}
        };
    }

    private static Rows rows(ScrollableResults<?> results) {
        return new Rows() {
            @Override
            public boolean next() {
                return results.next() && results.get() != null;
            }

            @Override
            public void close() {
                results.close();
            }
        };
    }

    StreamedValuesTest(Database database) {
        super(new World(database, List.of(Part.class, Sort.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        long next = 1;
        for (TenantId owner : List.of(a, b)) {
            for (int i = 0; i < 3; i++) {
                long id = next++;
                world.in(owner, em -> {
                    Part part = new Part();
                    part.id = id;
                    part.name = "of " + owner;
                    em.persist(part);
                });
            }
        }
        world.without(em -> em.persist(new Sort()));
    }

    private List<SharedSessionContract> sessions() {
        SessionFactory factory = world.safe.unwrap(SessionFactory.class);
        return List.of(factory.openSession(), factory.openStatelessSession());
    }

    private void isRefused(OpenScope opened, OpenScope then) {
        FORMS.forEach((name, form) -> {
            for (SharedSessionContract session : sessions()) {
                try (session) {
                    Rows rows = opened.call(() -> {
                        session.beginTransaction();
                        Rows some = form.apply(session);
                        assertThat(some.next()).isTrue();
                        return some;
                    });
                    assertThatThrownBy(() -> then.run(rows::next))
                            .as(name + " from " + opened + " to " + then)
                            .isInstanceOf(TenantScopeException.class);
                    then.run(rows::close);
                    session.getTransaction().rollback();
                }
            }
        });
    }

    private static OpenScope scope(TenantId owner) {
        return TenantScope.of(owner).call(OpenScope::current);
    }

    @Test
    @Shows("a stream or scroll of values (`select t.title …`), read on in another scope, or in none")
    void ofAnotherScopeAreNotReadOn() {
        isRefused(scope(a), scope(b));
        isRefused(scope(a), OpenScope.nothing());
        isRefused(scope(a), CrossTenant.read("test").call(OpenScope::current));
        isRefused(CrossTenant.read("test").call(OpenScope::current), scope(a));
        isRefused(CrossTenant.read("test").call(OpenScope::current), OpenScope.nothing());
    }

    /** What was opened in the bin may be marked. */
    @Test
    void norThoseOfTheBin() {
        inA(em -> em.createQuery("from Part", Part.class).getResultList().forEach(em::remove));
        OpenScope bin = IncludeDeleted.because("test").call(() -> scope(a));
        isRefused(bin, scope(a));
    }

    @Test
    @Shows("a stream or scroll of values (`select t.title …`), read on in another scope, or in none")
    void inTheSameScopeAllAreRead() {
        FORMS.forEach((name, form) -> {
            for (SharedSessionContract session : sessions()) {
                try (session) {
                    List<Boolean> read = new ArrayList<>();
                    Rows rows = scope(a).call(() -> form.apply(session));
                    scope(a).run(() -> {
                        while (rows.next()) {
                            read.add(true);
                        }
                    });
                    assertThat(read).as(name).hasSize(name.equals("native") ? 6 : 3);
                    rows.close();
                }
            }
        });
    }

    /** What is for all can be streamed where no scope is open, and wherever that is read. */
    @Test
    void whatWasOpenedInNoneIsForAll() {
        try (EntityManager em = world.safe.createEntityManager()) {
            var ids = em.createQuery("select id from Sort", Long.class).getResultStream();
            assertThat(scope(a).<List<Long>, RuntimeException>call(ids::toList)).containsExactly(0L);
        }
    }
}
