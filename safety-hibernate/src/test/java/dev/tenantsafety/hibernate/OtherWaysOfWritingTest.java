package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.Audited;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.Temporal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities whose rows Hibernate writes in another way, by its own annotations, past the statements that ask for the owner. */
@ParameterizedClass
@EnumSource(Database.class)
class OtherWaysOfWritingTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row {
        @Id
        long id;

        String name = "";
    }

    @MappedSuperclass
    abstract static class Own extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Root")
    static class Root extends Own {}

    @Entity(name = "Hidden")
    @SoftDelete
    static class Hidden extends Own {}

    @Entity(name = "Timed")
    @Temporal
    static class Timed extends Own {}

    @Entity(name = "Logged")
    @Audited
    static class Logged extends Own {}

    @MappedSuperclass
    abstract static class Child extends Row {
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Root root;
    }

    @Entity(name = "HiddenChild")
    @SoftDelete
    @OwnedThrough("root")
    static class HiddenChild extends Child {}

    @Entity(name = "TimedChild")
    @Temporal
    @OwnedThrough("root")
    static class TimedChild extends Child {}

    @Entity(name = "LoggedChild")
    @Audited
    @OwnedThrough("root")
    static class LoggedChild extends Child {}

    private static final Map<String, Supplier<Own>> OWNED = new LinkedHashMap<>();
    private static final Map<String, Supplier<Child>> CHILDREN = new LinkedHashMap<>();

    static {
        OWNED.put("root", Root::new);
        OWNED.put("hidden", Hidden::new);
        OWNED.put("timed", Timed::new);
        OWNED.put("logged", Logged::new);
        CHILDREN.put("hidden_child", HiddenChild::new);
        CHILDREN.put("timed_child", TimedChild::new);
        CHILDREN.put("logged_child", LoggedChild::new);
    }

    OtherWaysOfWritingTest(Database database) {
        super(new World(
                database,
                List.of(
                        Root.class,
                        Hidden.class,
                        Timed.class,
                        Logged.class,
                        HiddenChild.class,
                        TimedChild.class,
                        LoggedChild.class),
                Map.of(
                        "hibernate.physical_naming_strategy",
                        "org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl")));
    }

    private static <R extends Row> R row(Supplier<R> maker, long id, String name) {
        R row = maker.get();
        row.id = id;
        row.name = name;
        return row;
    }

    private static Own own(Supplier<Own> maker, long id, @Nullable TenantId tenant) {
        Own own = row(maker, id, "stolen");
        own.tenant = tenant;
        return own;
    }

    private static Child child(Supplier<Child> maker, long id, Root root) {
        Child child = row(maker, id, "stolen");
        child.root = root;
        return child;
    }

    @BeforeEach
    void rows() {
        for (TenantId tenant : List.of(a, b)) {
            long id = tenant.equals(a) ? 1 : 2;
            world.in(tenant, em -> {
                OWNED.values().forEach(maker -> {
                    Own own = row(maker, id, "row");
                    own.words.add("word");
                    em.persist(own);
                });
                CHILDREN.values().forEach(maker -> {
                    Child child = row(maker, id, "row");
                    child.root = em.getReference(Root.class, id);
                    em.persist(child);
                });
            });
        }
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        OWNED.keySet().forEach(table -> {
            all.addAll(world.rows("select * from " + table + " order by id"));
            all.addAll(world.rows("select * from " + table + "_words"));
        });
        CHILDREN.keySet().forEach(table -> all.addAll(world.rows("select * from " + table + " order by id")));
        return all;
    }

    private void refused(String what, Consumer<StatelessSession> work) {
        List<String> before = all();
        assertThatThrownBy(() -> TenantScope.of(a).run(() -> World.stateless(world.safe, work)))
                .as(what)
                .isInstanceOf(ForeignRowException.class);
        assertThat(all()).as(what).isEqualTo(before);
    }

    @Test
    @Shows(value = "`StatelessSession` insert, update, upsert", in = Shows.NOT_PROTECTED)
    void rowsOfOthersAreNotWritten() {
        OWNED.forEach((name, maker) -> {
            for (TenantId said : Arrays.asList(a, null)) {
                refused("update of " + name, session -> session.update(own(maker, 2, said)));
                refused("delete of " + name, session -> session.delete(own(maker, 2, said)));
            }
        });
        CHILDREN.forEach((name, maker) -> {
            refused("update of " + name, session -> session.update(child(maker, 2, session.get(Root.class, 1L))));
            refused("delete of " + name, session -> session.delete(child(maker, 2, session.get(Root.class, 1L))));
        });
    }

    @Test
    void thoseOfTheScopeAre() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    OWNED.values().forEach(maker -> session.update(own(maker, 1, a)));
                    CHILDREN.values().forEach(maker -> session.update(child(maker, 1, session.get(Root.class, 1L))));
                }));
        for (String table : CHILDREN.keySet()) {
            assertThat(world.rows("select id, name from " + table + " order by id"))
                    .as(table)
                    .contains("1 | stolen | ", "2 | row | ");
        }
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> CHILDREN.values()
                        .forEach(maker -> session.delete(child(maker, 1, session.get(Root.class, 1L))))));
        TenantScope.of(a).run(() -> assertThat(World.<Long>transaction(world.safe, em -> em.createQuery(
                                "select (select count(*) from HiddenChild) + (select count(*) from TimedChild) "
                                        + "+ (select count(*) from LoggedChild)",
                                Long.class)
                        .getSingleResult()))
                .isZero());
    }
}
