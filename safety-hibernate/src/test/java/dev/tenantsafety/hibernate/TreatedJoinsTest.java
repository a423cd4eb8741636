package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.JoinType;
import jakarta.persistence.criteria.SetJoin;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An outer join of a collection keeps the elements of all classes where an expression treats them as one. */
@ParameterizedClass
@EnumSource(Database.class)
class TreatedJoinsTest extends WorldTest {

    @Entity(name = "Joined")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Joined {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";
    }

    @Entity(name = "JoinedSub")
    static class JoinedSub extends Joined {
        String text = "x";
    }

    @Entity(name = "Single")
    static class Single {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";
    }

    @Entity(name = "SingleSub")
    static class SingleSub extends Single {
        String text = "x";
    }

    @Entity(name = "Several")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Several {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";
    }

    @Entity(name = "SeveralSub")
    static class SeveralSub extends Several {
        String text = "x";
    }

    @Entity(name = "Marked")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Marked implements SoftDeletable {
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

    @Entity(name = "MarkedSub")
    static class MarkedSub extends Marked {
        String text = "x";
    }

    @Entity(name = "Box")
    static class Box {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        @JoinTable(name = "box_joined")
        Set<Joined> joined = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "box_single")
        Set<Single> single = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "box_several")
        Set<Several> several = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "box_marked")
        Set<Marked> marked = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "box_mapped")
        @MapKeyColumn(name = "place")
        Map<String, Joined> mapped = new HashMap<>();
    }

    @Entity(name = "Shelf")
    @Shared("a catalog")
    static class Shelf {
        @Id
        long id;

        @ManyToMany
        @JoinTable(name = "shelf_joined")
        Set<Joined> joined = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "shelf_single")
        Set<Single> single = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "shelf_several")
        Set<Several> several = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "shelf_marked")
        Set<Marked> marked = new HashSet<>();
    }

    TreatedJoinsTest(Database database) {
        super(new World(
                database,
                List.of(
                        Joined.class,
                        JoinedSub.class,
                        Single.class,
                        SingleSub.class,
                        Several.class,
                        SeveralSub.class,
                        Marked.class,
                        MarkedSub.class,
                        Box.class,
                        Shelf.class),
                Map.of()));
    }

    @BeforeEach
    void boxes() {
        World.transaction(world.plain(), em -> {
            Shelf shelf = new Shelf();
            shelf.id = 1;
            for (TenantId tenant : List.of(a, b)) {
                Box box = new Box();
                box.id = tenant.equals(a) ? 1 : 3;
                box.tenant = tenant;
                String name = tenant.equals(a) ? "" : "foreign";
                for (int i = 1; i < 4; i++) {
                    fill(em, box, shelf, tenant, name + i, i == 2);
                }
                em.persist(box);
            }
            em.persist(shelf);
            Box empty = new Box();
            empty.id = 2;
            empty.tenant = a;
            em.persist(empty);
            return true;
        });
    }

    private static void fill(EntityManager em, Box box, Shelf shelf, TenantId tenant, String name, boolean isSub) {
        long id = box.id * 10 + name.charAt(name.length() - 1);
        Joined joined = isSub ? new JoinedSub() : new Joined();
        joined.id = id;
        joined.tenant = tenant;
        joined.name = name;
        Single single = isSub ? new SingleSub() : new Single();
        single.id = id;
        single.tenant = tenant;
        single.name = name;
        Several several = isSub ? new SeveralSub() : new Several();
        several.id = id;
        several.tenant = tenant;
        several.name = name;
        Marked marked = isSub ? new MarkedSub() : new Marked();
        marked.id = id;
        marked.tenant = tenant;
        marked.name = name;
        for (Object element : List.of(joined, single, several, marked)) {
            em.persist(element);
        }
        box.joined.add(joined);
        box.single.add(single);
        box.several.add(several);
        box.marked.add(marked);
        box.mapped.put(name, joined);
        shelf.joined.add(joined);
        shelf.single.add(single);
        shelf.several.add(several);
        shelf.marked.add(marked);
    }

    @ParameterizedTest
    @CsvSource({
        "Box, joined, Joined",
        "Box, single, Single",
        "Box, several, Several",
        "Box, marked, Marked",
        "Box, mapped, Joined",
        "Shelf, joined, Joined",
        "Shelf, single, Single",
        "Shelf, several, Several",
        "Shelf, marked, Marked",
    })
    void keepsElementsOfAllClasses(String owner, String collection, String type) {
        String from = " from " + owner + " o left join o." + collection + " e";
        String text = "treat(e as " + type + "Sub).text";
        inA(em -> {
            assertThat(rows(em, "select e.name, " + text + from + " where o.id = 1"))
                    .containsExactlyInAnyOrder("1 null", "2 x", "3 null");
            assertThat(rows(em, "select o.id, " + text + from + " where o.id = 1"))
                    .containsExactlyInAnyOrder("1 null", "1 x", "1 null");
            assertThat(rows(em, "select count(e), count(" + text + ")" + from)).containsExactly("3 1");
            assertThat(rows(em, "select e.name, 1" + from + " where o.id = 1 and " + text + " is null"))
                    .containsExactlyInAnyOrder("1 1", "3 1");
            assertThat(rows(em, "select e.name, 1" + from + " where o.id = 1 order by " + text))
                    .containsExactlyInAnyOrder("1 1", "2 1", "3 1");
            assertThat(rows(em, "select " + text + ", count(e)" + from + " where o.id = 1 group by " + text))
                    .containsExactlyInAnyOrder("null 2", "x 1");
            assertThat(rows(em, "select e.name, " + text + from + " on e.name <> '3' where o.id = 1"))
                    .containsExactlyInAnyOrder("1 null", "2 x");
            assertThat(rows(
                            em,
                            "select o.id, (select count(e)"
                                    + from.replace(" o ", " i ").replace("o.", "i.") + " where i = o and " + text
                                    + " is null) from " + owner + " o where o.id = 1"))
                    .containsExactly("1 2");
        });
    }

    /** That is the join of one class alone, with one row of an owner that has none. */
    @Test
    void joinsOneClassWhereTheJoinAsksForIt() {
        for (String collection : List.of("joined", "single", "several")) {
            String type = collection.substring(0, 1).toUpperCase(Locale.ROOT) + collection.substring(1) + "Sub";
            inA(em -> assertThat(rows(
                            em,
                            "select o.id, s.name from Box o left join treat(o." + collection + " as " + type + ") s"))
                    .containsExactlyInAnyOrder("1 2", "2 null"));
        }
    }

    @Test
    void keepsThemInCriteria() {
        inA(em -> {
            CriteriaBuilder criteria = em.getCriteriaBuilder();
            CriteriaQuery<Object[]> query = criteria.createQuery(Object[].class);
            SetJoin<Box, Joined> element = query.from(Box.class).joinSet("joined", JoinType.LEFT);
            query.select(criteria.array(
                    element.get("name"),
                    criteria.treat(element, JoinedSub.class).get("text")));
            assertThat(em.createQuery(query).getResultList().stream().map(Arrays::toString))
                    .containsExactlyInAnyOrder("[1, null]", "[2, x]", "[3, null]", "[null, null]");
        });
    }

    private static List<String> rows(EntityManager em, String query) {
        return em.createQuery(query, Object[].class).getResultList().stream()
                .map(row -> row[0] + " " + row[1])
                .toList();
    }
}
