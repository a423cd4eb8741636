package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SecondaryTable;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hibernate.Session;
import org.hibernate.query.criteria.HibernateCriteriaBuilder;
import org.hibernate.query.criteria.JpaCriteriaQuery;
import org.hibernate.query.criteria.JpaDerivedRoot;
import org.hibernate.query.criteria.JpaRoot;
import org.hibernate.query.criteria.JpaSubQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows whose keys are columns of subqueries in FROM, and of CTEs. */
@ParameterizedClass
@EnumSource(Database.class)
class TupleJoinsTest extends WorldTest {

    @Entity(name = "Stall")
    @DiscriminatorColumn(name = "kind")
    static class Stall {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        String name = "";

        @ElementCollection
        Set<String> words = new HashSet<>();

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Stall next;
    }

    @Entity(name = "BigStall")
    static class BigStall extends Stall {
        String more = "more";
    }

    /** Points at a stall in an embeddable. */
    @Embeddable
    static class Choice {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Stall best;
    }

    @Entity(name = "Fair")
    @Shared("reference data")
    static class Fair {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Stall chosen;

        @Embedded
        @Nullable
        Choice choice;
    }

    @Entity(name = "Line")
    @Unowned("of nobody")
    static class Line {
        @Id
        long id;

        String name = "";
    }

    @Entity(name = "BigLine")
    @SecondaryTable(name = "big_line_name")
    @Unowned("of nobody")
    static class BigLine {
        @Id
        long id;

        @Column(table = "big_line_name")
        String name = "big";

        String more = "";
    }

    /** Each reads the name of what the fair has chosen, or something of it. */
    private static final List<String> QUERIES = List.of(
            "select q.e.name from (select f.chosen as e from Fair f) q",
            "select q.e.name from (select f.chosen as e from Fair f) q order by q.e.name",
            "select q.e.name from (select f.chosen as e from Fair f union all select g.chosen as e from Fair g) q",
            "select q.c.best.name from (select f.choice as c from Fair f) q",
            "select q.e.next.name from (select f.chosen as e from Fair f) q",
            "select q.n.name from (select f.chosen.next as n from Fair f) q",
            "select w.name from (select f.chosen as e from Fair f) q join q.e w",
            "select w.name from (select f.chosen as e from Fair f) q left join q.e w where w.name is not null",
            "select w from (select f.chosen as e from Fair f) q join q.e.words w",
            "select w from (select f.chosen as e from Fair f) q join q.e s join s.words w",
            "select q.e.name from Fair f join (select g.chosen as e, g.id as i from Fair g) q on q.i = f.id",
            "select q.e.name from Fair f join lateral (select g.chosen as e from Fair g where g.id = f.id) q on 1 = 1",
            "with x as (select f.chosen as e from Fair f) select y.e.name from x y",
            "select f.name from Fair f where exists (select 1 from (select g.chosen as e from Fair g) q where q.e.name like '%')",
            "select f.name from Fair f where f.name < (select max(q.e.name) from (select g.chosen as e from Fair g) q)",
            "select f.name from (select g.chosen as e from Fair g) q join Fair f on f.id = 1 where exists (select 1 from Line l where l.name <> q.e.name)",
            "select f.name from Fair f where exists (select 1 from Line l where l.name <> f.chosen.name)",
            "select f.name from Fair f where exists (select 1 from Line l where l.name <> f.choice.best.name)",
            "select f.name from Fair f where exists (select 1 from Line l where l.name <> f.chosen.next.name)",
            "select x from (select (select max(f.chosen.name) from Line l) as x from Fair f) q where x is not null",
            "select f.name from Fair f where exists (select w from f.chosen.words w)",
            "select f.name from Fair f where exists (select w from f.chosen c join c.words w)",
            "select q.m from (select p.e.name as m from (select f.chosen as e from Fair f) p) q",
            "select f.name from (select g.chosen as e from Fair g) q join Fair f on f.id = 1 and exists (select 1 from Line l where l.name <> q.e.name)");

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    TupleJoinsTest(Database database) {
        super(new World(
                database, List.of(Stall.class, BigStall.class, Fair.class, Line.class, BigLine.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        world.in(b, em -> {
            Fair fair = new Fair();
            fair.id = 1;
            fair.name = "fair";
            BigStall stall = new BigStall();
            stall.id = 1;
            stall.site = first;
            stall.name = "stall of b";
            stall.words.add("word of b");
            stall.next = stall;
            em.persist(stall);
            fair.chosen = stall;
            fair.choice = new Choice();
            fair.choice.best = stall;
            em.persist(fair);
            Line line = new Line();
            line.name = "line";
            em.persist(line);
        });
    }

    private List<Object> read(TenantScope scope, String query) {
        return scope.call(() -> read(query));
    }

    private List<Object> read(String query) {
        return World.transaction(
                world.safe, em -> em.createQuery(query, Object.class).getResultList());
    }

    @Test
    @Shows(
            "a row whose key is a column of a subquery in FROM, or of a CTE: `select q.e.name from (select c.chosen as e from Category c) q`")
    void areReadInTheirScopeAlone() {
        List<String> seen = new ArrayList<>();
        for (String query : QUERIES) {
            for (TenantScope scope :
                    List.of(TenantScope.of(a), TenantScope.of(b).narrow(second))) {
                if (!read(scope, query).isEmpty()) {
                    seen.add(scope + ": " + query);
                }
            }
            assertThat(read(TenantScope.of(b).narrow(first), query)).as(query).hasSizeBetween(1, 2);
            assertThat(read(TenantScope.of(b), query)).as(query).hasSizeBetween(1, 2);
            List<Object> ofAll = CrossTenant.read("a test").call(() -> read(query));
            assertThat(ofAll).as(query).hasSizeBetween(1, 2);
            if (!(catchThrowable(() -> read(query)) instanceof NoTenantScopeException)) {
                seen.add("no scope: " + query);
            }
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void anOuterJoinGivesNull() {
        for (String query : List.of(
                "select w.name from (select f.chosen as e from Fair f) q left join q.e w",
                "select w.name from (select f.chosen as e from Fair f) q right join q.e w")) {
            assertThat(read(TenantScope.of(b), query)).as(query).containsExactly("stall of b");
            assertThat(read(TenantScope.of(a), query).stream().filter(Objects::nonNull))
                    .as(query)
                    .isEmpty();
        }
    }

    @Test
    void bulkStatementsSeeNoMore() {
        for (String statement : List.of(
                "insert into Line (id, name) select q.i + 5, q.e.name from (select f.id as i, f.chosen as e from Fair f) q",
                "update Line set name = coalesce((select max(q.e.name) from (select f.chosen as e from Fair f) q), name)")) {
            inA(em -> em.createQuery(statement).executeUpdate());
        }
        for (String statement : List.of(
                "update Line l join (select f.chosen as e, f.id - 1 as i from Fair f) q on q.i = l.id set l.name = q.e.name",
                "update Line l join (select f.chosen as e, f.id - 1 as i from Fair f) q on q.i = l.id join q.e.words w set l.name = w",
                "delete from Line l join (select f.chosen as e, f.id - 1 as i from Fair f) q on q.i = l.id where q.e.name like 'stall%'")) {
            inA(em -> em.createQuery(statement).executeUpdate());
            assertThat(catchThrowable(
                            () -> world.without(em -> em.createQuery(statement).executeUpdate())))
                    .as(statement)
                    .isInstanceOf(NoTenantScopeException.class);
        }
        assertThat(world.rows("select name from line")).containsExactly("line | ");
        world.in(b, em -> em.createQuery(
                        "delete from Line where exists (select 1 from (select f.chosen as e from Fair f) q where q.e.name <> name)")
                .executeUpdate());
        assertThat(world.count("line")).isZero();
    }

    /** Hibernate translates these by itself. */
    @Test
    @Shows(
            "an HQL or Criteria UPDATE, DELETE or INSERT … SELECT on an entity with several tables, that has a CROSS, RIGHT or FULL join, a subquery in FROM or a CTE")
    void bulkStatementsOnSeveralTablesHaveNone() {
        world.in(b, em -> em.persist(new BigLine()));
        for (String what : List.of(
                "select max(s.name) from Fair f cross join Stall s",
                "select max(s.name) from Fair f right join Stall s on s.id = f.id",
                "select max(s.name) from Fair f full join Stall s on s.id = f.id",
                "select max(q.e.name) from (select f.chosen as e from Fair f) q",
                "select max(f.name) from Fair f join (select g.id as i from Fair g) q on q.i = f.id")) {
            for (String statement : List.of(
                    "update BigLine set name = (" + what + ")",
                    "delete from BigLine where exists (" + what + ")",
                    "update BigLine set name = coalesce((select max(l.name) from Line l where l.name in (" + what
                            + ")), name)")) {
                assertThat(catchThrowable(
                                () -> inA(em -> em.createQuery(statement).executeUpdate())))
                        .as(statement)
                        .isInstanceOf(ForeignRowException.class)
                        .hasMessageContaining("which Hibernate does not filter where the entity has several tables");
            }
        }
        assertThat(catchThrowable(() -> inA(em -> em.createQuery(
                                "insert into BigLine (id, name, more) select s.id + 5, s.name, s.name from Fair f cross join Stall s")
                        .executeUpdate())))
                .isInstanceOf(ForeignRowException.class);
        inA(em -> em.createQuery(
                        "update BigLine set name = coalesce((select max(s.name) from Fair f join f.chosen s), 'none')")
                .executeUpdate());
        assertThat(world.rows("select name from big_line_name")).containsExactly("none | ");
    }

    @Test
    void criteria() {
        assertThat(chosen(TenantScope.of(a))).isEmpty();
        assertThat(chosen(TenantScope.of(b))).containsExactly("stall of b");
    }

    private List<String> chosen(TenantScope scope) {
        return scope.call(() -> World.transaction(world.safe, em -> {
            HibernateCriteriaBuilder builder = em.unwrap(Session.class).getCriteriaBuilder();
            JpaCriteriaQuery<String> query = builder.createQuery(String.class);
            JpaSubQuery<Tuple> fairs = query.subquery(Tuple.class);
            JpaRoot<Fair> fair = fairs.from(Fair.class);
            fairs.multiselect(fair.get("chosen").alias("e"));
            JpaDerivedRoot<Tuple> derived = query.from(fairs);
            return em.createQuery(query.select(derived.get("e").get("name"))).getResultList();
        }));
    }
}
