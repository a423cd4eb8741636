package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What has a site is linked, in the scope of the tenant, with what has another site. A scope of the first site sees a part of the
 * collection: of a set the part it may change; of places, keys and embeddables there is no part.
 */
@ParameterizedClass
@EnumSource(Database.class)
class LinksAcrossSitesTest extends WorldTest {

    @Entity(name = "Tag")
    static class Tag {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "back")
        @Nullable
        Doc back;
    }

    @Embeddable
    static class Line {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "tag")
        @Nullable
        Tag tag;

        int amount;

        Line() {}

        Line(Tag tag) {
            this.tag = tag;
        }
    }

    @Entity(name = "Doc")
    static class Doc {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToMany
        @JoinTable(name = "doc_listed")
        @OrderColumn(name = "place")
        List<Tag> listed = new ArrayList<>();

        @OneToMany
        @JoinColumn(name = "placed_in")
        @OrderColumn(name = "placed_at")
        List<Tag> placed = new ArrayList<>();

        @OneToMany(mappedBy = "back")
        @OrderColumn(name = "back_at")
        List<Tag> inverse = new ArrayList<>();

        @ElementCollection
        Map<Tag, Integer> counted = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "doc_named")
        @MapKeyColumn(name = "called")
        Map<String, Tag> named = new HashMap<>();

        @ElementCollection
        List<Line> lines = new ArrayList<>();

        void link(BiConsumer<Doc, Tag> link, Tag tag) {
            link.accept(this, tag);
        }
    }

    @Entity(name = "Sheet")
    static class Sheet {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToMany
        @JoinTable(name = "sheet_tag")
        Set<Tag> tags = new HashSet<>();

        void link(Tag tag) {
            tags.add(tag);
        }
    }

    @Entity(name = "Pile")
    static class Pile {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToMany
        @JoinTable(name = "pile_tag")
        List<Tag> piled = new ArrayList<>();

        void put(Tag tag) {
            piled.add(tag);
        }

        void take() {
            piled.remove(0);
        }
    }

    private static final Map<String, BiConsumer<Doc, Tag>> WHOLE = Map.of(
            "listed", (doc, tag) -> doc.listed.add(tag),
            "placed", (doc, tag) -> doc.placed.add(tag),
            "inverse", (doc, tag) -> doc.inverse.add(tag),
            "counted", (doc, tag) -> doc.counted.put(tag, 1),
            "named", (doc, tag) -> doc.named.put("tag" + tag.id, tag),
            "lines", (doc, tag) -> doc.lines.add(new Line(tag)));

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    LinksAcrossSitesTest(Database database) {
        super(new World(database, List.of(Tag.class, Doc.class, Sheet.class, Pile.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            tag(em, 1, first);
            tag(em, 2, second);
            tag(em, 3, null);
            tag(em, 4, first);
            Pile pile = new Pile();
            pile.site = first;
            em.persist(pile);
            Doc doc = new Doc();
            doc.id = 1;
            doc.site = first;
            em.persist(doc);
            Doc ofTheTenant = new Doc();
            ofTheTenant.id = 2;
            em.persist(ofTheTenant);
            Sheet sheet = new Sheet();
            sheet.site = first;
            em.persist(sheet);
        });
    }

    private static void tag(EntityManager em, long id, @Nullable SiteId site) {
        Tag tag = new Tag();
        tag.id = id;
        tag.site = site;
        em.persist(tag);
    }

    @Test
    @Shows("places, keys and embeddables that lead from a row of one site to one of another: an `@OrderColumn` list, a "
            + "`@MapKeyColumn` map, an entity as key, a reference in an embeddable of an `@ElementCollection`")
    void aCollectionWithoutPartsIsOfOneSite() {
        WHOLE.forEach((name, link) -> {
            for (long tag : new long[] {2, 3}) {
                Runnable write = () -> world.without(em -> {
                    em.find(Doc.class, 1L).link(link, em.find(Tag.class, tag));
                    em.flush();
                });
                for (Runnable scoped :
                        List.<Runnable>of(() -> TenantScope.of(a).run(write), () -> CrossTenant.write("a test")
                                .run(write))) {
                    assertThatThrownBy(scoped::run)
                            .as("%s of tag %d", name, tag)
                            .isInstanceOf(ForeignRowException.class)
                            .hasMessageContaining(
                                    "Tag " + tag + " is what Doc 1." + name + " would point at, but belongs to "
                                            + (tag == 2 ? second : "no site") + ", and the row to " + first);
                }
            }
            inA(em -> em.find(Doc.class, 1L).link(link, em.find(Tag.class, 1L)));
            boolean isPlace = !name.equals("lines"); // where a closed site would leave a hole
            assertThat(catchThrowable(() -> inA(em -> em.find(Doc.class, 2L).link(link, em.find(Tag.class, 2L))))
                            != null)
                    .as(name)
                    .isEqualTo(isPlace);
            inA(em -> em.find(Doc.class, 2L).link(link, em.find(Tag.class, 3L)));
        });
        assertThat(world.rows("select doc_id, listed_id from doc_listed")).containsExactly("1 | 1 | ", "2 | 3 | ");
    }

    @Test
    void soItIsInAStatelessSession() {
        for (String name : List.of("listed", "counted", "named", "lines")) {
            assertThatThrownBy(() -> TenantScope.of(a)
                            .run(() -> World.stateless(world.safe, session -> {
                                Doc doc = new Doc();
                                doc.id = 5;
                                doc.site = first;
                                doc.link(WHOLE.get(name), session.get(Tag.class, 2L));
                                session.insert(doc);
                            })))
                    .as(name)
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageContaining("belongs to " + second + ", and the row to " + first);
        }
    }

    /** The row says it: what is linked already, by SQL or before this library, does not stop the work on the rest. */
    @Test
    void oldLinksDoNotRefuseNewOnes() {
        world.sql(
                "insert into doc_listed (doc_id, place, listed_id) values (1, 0, 2)",
                "insert into doc_lines (doc_id, amount, tag) values (1, 1, 2)",
                "insert into doc_named (doc_id, called, named_id) values (1, 'old', 2)");
        for (String name : List.of("listed", "named", "lines")) {
            inA(em -> em.find(Doc.class, 1L).link(WHOLE.get(name), em.find(Tag.class, 1L)));
        }
        assertThat(world.rows("select place, listed_id from doc_listed")).containsExactly("0 | 2 | ", "1 | 1 | ");
        assertThat(world.rows("select tag from doc_lines")).containsExactly("1 | ", "2 | ");
        assertThat(world.rows("select named_id from doc_named")).containsExactly("1 | ", "2 | ");
    }

    @Test
    @Shows("a set whose elements are of several sites, each of which sees its own")
    void aSetHasParts() {
        inA(em -> {
            Sheet sheet = em.find(Sheet.class, 0L);
            sheet.link(em.find(Tag.class, 1L));
            sheet.link(em.find(Tag.class, 2L));
        });
        TenantScope.of(a)
                .narrow(first)
                .run(() -> world.without(em -> {
                    Sheet sheet = em.find(Sheet.class, 0L);
                    assertThat(sheet.tags).extracting(tag -> tag.id).containsExactly(1L);
                    sheet.tags.clear();
                }));
        assertThat(world.rows("select tags_id from sheet_tag")).containsExactly("2 | ");
    }

    /** All its links would go. */
    @Test
    void aBulkDeleteOfTheirOwnersIsRefused() {
        inA(em -> em.find(Sheet.class, 0L).link(em.find(Tag.class, 2L)));
        assertThatThrownBy(() -> TenantScope.of(a)
                        .narrow(first)
                        .run(() -> world.without(
                                em -> em.createQuery("delete from Sheet").executeUpdate())))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("would remove all links of Sheet.tags");
        assertThat(world.count("sheet_tag")).isEqualTo(1);
        CrossTenant.write("a test")
                .run(() ->
                        world.without(em -> em.createQuery("delete from Sheet").executeUpdate()));
        assertThat(world.count("sheet_tag")).isZero();
    }

    /** Hibernate writes all of its rows anew with each change. */
    @Test
    void aListWithoutOrderIsOfOneSite() {
        assertThatThrownBy(() -> inA(em -> {
                    em.find(Pile.class, 0L).put(em.find(Tag.class, 2L));
                    em.flush();
                }))
                .isInstanceOf(ForeignRowException.class);
        for (long tag : new long[] {1, 4}) {
            TenantScope.of(a)
                    .narrow(first)
                    .run(() -> world.without(em -> em.find(Pile.class, 0L).put(em.find(Tag.class, tag))));
        }
        inA(em -> em.find(Pile.class, 0L).take());
        assertThat(world.count("pile_tag")).isEqualTo(1);
        world.sql("insert into pile_tag (pile_id, piled_id) values (0, 2)");
        assertThatThrownBy(() -> TenantScope.of(a)
                        .narrow(first)
                        .run(() -> world.without(em -> {
                            em.find(Pile.class, 0L).take();
                            em.flush();
                        })))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("has elements that are not in the open scope");
        assertThat(world.count("pile_tag")).isEqualTo(2);
    }

    /** As they were before this library. */
    @Test
    void aMapWhoseKeysAreHiddenIsNotRemoved() {
        inA(em -> em.find(Doc.class, 1L).link(WHOLE.get("counted"), em.find(Tag.class, 1L)));
        world.sql("insert into doc_counted (doc_id, counted_key, counted) values (1, 2, 1)");
        for (Consumer<Doc> change :
                List.<Consumer<Doc>>of(doc -> doc.counted = null, doc -> doc.counted = new HashMap<>(doc.counted))) {
            assertThatThrownBy(() -> TenantScope.of(a)
                            .narrow(first)
                            .run(() -> world.without(em -> {
                                change.accept((Doc) Hibernate.unproxy(em.find(Doc.class, 1L)));
                                em.flush();
                            })))
                    .isInstanceOf(ForeignRowException.class);
        }
        assertThatThrownBy(() -> TenantScope.of(a)
                        .narrow(first)
                        .run(() -> world.without(em -> {
                            em.remove(em.find(Doc.class, 1L));
                            em.flush();
                        })))
                .isInstanceOf(ForeignRowException.class);
        assertThat(world.count("doc_counted")).isEqualTo(2);
    }

    @Entity(name = "Eager")
    static class Eager {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @Any
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "tag", entity = Tag.class)
        @JoinColumn(name = "about")
        @Nullable
        Object about;
    }

    @Test
    void whatIsFetchedPastEveryFilterIsRefusedAtStartUp() {
        assertThat(StartUp.problems(Doc.class, Tag.class, Eager.class))
                .containsExactly(
                        "Eager.about is fetched eagerly, past every filter, and refers to Tag, which Eager does not share its "
                                + "owner with. Add fetch = FetchType.LAZY.");
    }
}
