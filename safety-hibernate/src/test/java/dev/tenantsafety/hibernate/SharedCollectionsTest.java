package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Root;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections whose elements are owned on a level that their own entity does not have: elements of others are not in them. */
@ParameterizedClass
@EnumSource(Database.class)
class SharedCollectionsTest extends WorldTest {

    private static final String SORT = "bolt";

    SharedCollectionsTest(Database database) {
        super(new World(
                database,
                List.of(Sort.class, Item.class, Part.class, Contract.class, Desk.class, Paper.class),
                Map.of()));
    }

    @Entity(name = "Sort")
    @Shared("reference data")
    static class Sort {
        @Id
        String code = SORT;

        @OneToMany(mappedBy = "sort")
        Set<Part> parts = new HashSet<>();

        @OneToMany(mappedBy = "sort")
        List<Contract> contracts = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "sort_link")
        Set<Contract> linked = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "kept_by")
        Set<Item> kept = new HashSet<>();
    }

    @Entity(name = "Item")
    static class Item {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Part")
    @OwnedThrough("item")
    static class Part {
        @Id
        TicketId id = TicketId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Item item = new Item();

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;

        String name = "";
    }

    @Entity(name = "Contract")
    static class Contract implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Sort sort;

        @ManyToMany(mappedBy = "linked")
        Set<Sort> sorts = new HashSet<>();

        int amount;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Desk")
    static class Desk {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "desk")
        Set<Paper> papers = new HashSet<>();
    }

    @Entity(name = "Paper")
    static class Paper {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Desk desk;

        int pages = 1;
    }

    private final LabelId ofA = LabelId.create();
    private final LabelId ofB = LabelId.create();

    @BeforeEach
    void rows() {
        world.without(em -> em.persist(new Sort()));
        inA(em -> stock(em, ofA, 1));
        world.in(b, em -> stock(em, ofB, 10));
    }

    /** Of each: a part, a contract of the sort, a link to it, and an item that it keeps. */
    private static void stock(EntityManager em, LabelId id, int amount) {
        Sort sort = em.find(Sort.class, SORT);
        Item item = new Item();
        em.persist(item);
        Part part = new Part();
        part.item = item;
        part.sort = sort;
        em.persist(part);
        Contract contract = new Contract();
        contract.id = id;
        contract.amount = amount;
        contract.sort = sort;
        em.persist(contract);
        sort.linked.add(contract);
        sort.kept.add(item);
    }

    private List<String> everything() {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("sort", "item", "part", "contract", "sort_link", "desk", "paper")) {
            world.rows("select * from " + table).forEach(row -> rows.add(table + ": " + row));
        }
        return rows;
    }

    private static Sort sort(EntityManager em) {
        return em.find(Sort.class, SORT);
    }

    private static long number(EntityManager em, String query) {
        return em.createQuery(query, Number.class).getSingleResult().longValue();
    }

    @Test
    @Shows("collections, also those of `@Shared` entities")
    void whatIsLoadedIsInScope() {
        inA(em -> {
            assertThat(sort(em).contracts).extracting(c -> c.id).containsExactly(ofA);
            assertThat(sort(em).linked).extracting(c -> c.id).containsExactly(ofA);
            assertThat(sort(em).parts).hasSize(1);
            assertThat(sort(em).kept).hasSize(1);
        });
    }

    @Test
    void whatIsFetchedWithItIsInScope() {
        for (String collection : List.of("contracts", "linked", "parts", "kept")) {
            inA(em -> {
                Sort sort = em.createQuery("from Sort s left join fetch s." + collection, Sort.class)
                        .getSingleResult();
                assertThat(List.of(sort.contracts, sort.linked, sort.parts, sort.kept))
                        .filteredOn(Hibernate::isInitialized)
                        .singleElement()
                        .satisfies(elements -> assertThat(elements).hasSize(1));
            });
        }
    }

    @Test
    void whatAStatelessSessionFetchesIsInScope() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Sort sort = session.get(Sort.class, SORT);
                    session.fetch(sort.contracts);
                    session.fetch(sort.linked);
                    session.fetch(sort.parts);
                    assertThat(sort.contracts).extracting(c -> c.id).containsExactly(ofA);
                    assertThat(sort.linked).extracting(c -> c.id).containsExactly(ofA);
                    assertThat(sort.parts).hasSize(1);
                }));
    }

    @Test
    void queriesSeeWhatIsInScope() {
        inA(em -> {
            assertThat(number(em, "select sum(c.amount) from Sort s join s.contracts c"))
                    .isEqualTo(1);
            assertThat(number(em, "select sum(c.amount) from Sort s join s.linked c"))
                    .isEqualTo(1);
            assertThat(number(em, "select count(p) from Sort s join s.parts p")).isEqualTo(1);
            assertThat(number(em, "select size(s.contracts) from Sort s")).isEqualTo(1);
            assertThat(number(em, "select size(s.linked) from Sort s")).isEqualTo(1);
            assertThat(number(em, "select size(s.parts) from Sort s")).isEqualTo(1);
            assertThat(number(em, "select max(c.amount) from Sort s, in(s.linked) c"))
                    .isEqualTo(1);
            assertThat(number(em, "select count(s) from Sort s where 10 in (select c.amount from s.linked c)"))
                    .isZero();
            assertThat(number(em, "select count(s) from Sort s where 10 in (select c.amount from s.contracts c)"))
                    .isZero();
            assertThat(number(em, "select count(s) from Sort s where exists elements(s.linked)"))
                    .isEqualTo(1);
            assertThat(number(em, "select sum((select sum(c.amount) from s.linked c)) from Sort s"))
                    .isEqualTo(1);
        });
    }

    @Test
    void whatIsAMemberIsInScope() {
        inA(em -> {
            for (String path : List.of("contracts", "linked")) {
                assertThat(em.createQuery("from Sort s where :c member of s." + path, Sort.class)
                                .setParameter("c", em.getReference(Contract.class, ofB))
                                .getResultList())
                        .isEmpty();
                assertThat(em.createQuery("from Sort s where :c member of s." + path, Sort.class)
                                .setParameter("c", em.getReference(Contract.class, ofA))
                                .getResultList())
                        .hasSize(1);
            }
        });
    }

    @Test
    void whatIsMarkedIsNoMember() {
        inA(em -> em.remove(em.find(Contract.class, ofA)));
        inA(em -> {
            for (String path : List.of("contracts", "linked")) {
                assertThat(number(em, "select size(s." + path + ") from Sort s"))
                        .isZero();
                assertThat(number(em, "select count(s) from Sort s where s." + path + " is empty"))
                        .isEqualTo(1);
                assertThat(em.createQuery("from Sort s where :c member of s." + path, Sort.class)
                                .setParameter("c", em.getReference(Contract.class, ofA))
                                .getResultList())
                        .isEmpty();
            }
            assertThat(Hibernate.size(sort(em).contracts)).isZero();
            assertThat(Hibernate.size(sort(em).linked)).isZero();
        });
    }

    @Test
    void sizesWithoutLoadingAreThoseInScope() {
        inA(em -> {
            assertThat(Hibernate.size(sort(em).contracts)).isEqualTo(1);
            assertThat(Hibernate.size(sort(em).linked)).isEqualTo(1);
            assertThat(Hibernate.size(sort(em).parts)).isEqualTo(1);
            assertThat(Hibernate.contains(sort(em).linked, em.getReference(Contract.class, ofB)))
                    .isFalse();
            assertThat(Hibernate.contains(sort(em).linked, em.getReference(Contract.class, ofA)))
                    .isTrue();
            assertThat(Hibernate.isInitialized(sort(em).linked)).isFalse();
        });
    }

    @Test
    void criteriaSeeWhatIsInScope() {
        inA(em -> {
            CriteriaBuilder builder = em.getCriteriaBuilder();
            CriteriaQuery<Integer> query = builder.createQuery(Integer.class);
            Root<Sort> root = query.from(Sort.class);
            query.select(builder.sum(root.<Sort, Contract>join("linked").<Integer>get("amount")));
            assertThat(em.createQuery(query).getSingleResult()).isEqualTo(1);
        });
    }

    @Test
    void withoutAScopeTheyAreRefused() {
        List<Consumer<EntityManager>> ways = List.of(
                em -> Hibernate.initialize(sort(em).contracts),
                em -> Hibernate.initialize(sort(em).linked),
                em -> Hibernate.initialize(sort(em).parts),
                em -> Hibernate.size(sort(em).linked),
                em -> number(em, "select sum(c.amount) from Sort s join s.contracts c"),
                em -> number(em, "select sum(c.amount) from Sort s join s.linked c"),
                em -> number(em, "select size(s.linked) from Sort s"),
                em -> number(em, "select count(s) from Sort s where exists elements(s.parts)"));
        for (Consumer<EntityManager> way : ways) {
            world.without(em -> assertThatThrownBy(() -> way.accept(em)).isInstanceOf(NoTenantScopeException.class));
        }
        world.without(em -> assertThat(count(em, "Sort")).isEqualTo(1));
    }

    @Test
    void acrossTenantsAllAreThere() {
        CrossTenant.read("report")
                .run(() -> world.without(em -> {
                    assertThat(sort(em).contracts).hasSize(2);
                    assertThat(Hibernate.size(sort(em).linked)).isEqualTo(2);
                    assertThat(number(em, "select sum(c.amount) from Sort s join s.linked c"))
                            .isEqualTo(11);
                }));
    }

    @Test
    void removingElementsReachesThoseInScope() {
        inA(em -> List.copyOf(sort(em).parts).forEach(em::remove));
        assertThat(world.count("part")).isEqualTo(1);
        world.in(b, em -> assertThat(sort(em).parts).hasSize(1));
    }

    @Test
    void changingACollectionLeavesTheLinksOfOthers() {
        inA(em -> sort(em).linked.clear());
        world.in(b, em -> assertThat(sort(em).linked).hasSize(1));
        inA(em -> sort(em).linked.add(em.find(Contract.class, ofA)));
        inA(em -> sort(em).kept.clear());
        world.in(b, em -> assertThat(sort(em).kept).hasSize(1));
        inA(em -> assertThat(sort(em).linked).hasSize(1));
    }

    @Test
    @Shows("a collection that is replaced, or whose entity is removed, while it has elements of others")
    void replacingACollectionOfWhichOthersHaveElementsIsRefused() {
        List<Consumer<Sort>> ways = List.of(
                sort -> sort.linked = new HashSet<>(),
                sort -> sort.kept = new HashSet<>(),
                sort -> sort.linked = new HashSet<>(sort.linked));
        List<String> before = everything();
        for (Consumer<Sort> way : ways) {
            assertThatThrownBy(() -> inA(em -> way.accept(sort(em))))
                    .rootCause()
                    .isInstanceOf(ForeignRowException.class)
                    .hasMessageStartingWith("Sort bolt.");
            assertThat(everything()).isEqualTo(before);
        }
        world.in(b, em -> sort(em).linked.clear());
        inA(em -> sort(em).linked = new HashSet<>(List.of(em.find(Contract.class, ofA))));
        inA(em -> assertThat(sort(em).linked).hasSize(1));
    }

    @Test
    @Shows("a collection that is replaced, or whose entity is removed, while it has elements of others")
    void removingASharedRowThatOthersAreLinkedToIsRefused() {
        inA(em -> {
            sort(em).contracts.forEach(contract -> contract.sort = null);
            sort(em).parts.forEach(part -> part.sort = null);
        });
        world.sql("update contract set sort_code = null", "update part set sort_code = null");
        List<String> before = everything();
        assertThatThrownBy(() -> inA(em -> em.remove(sort(em)))).rootCause().isInstanceOf(ForeignRowException.class);
        assertThat(everything()).isEqualTo(before);
        world.in(b, em -> {
            sort(em).linked.clear();
            sort(em).kept.clear();
        });
        inA(em -> em.remove(sort(em)));
        assertThat(world.count("sort")).isZero();
    }

    @Test
    void aBulkDeleteThatTakesLinksOfOthersIsRefused() {
        List<String> before = everything();
        assertThatThrownBy(() -> inA(em -> em.createQuery("delete from Sort").executeUpdate()))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageStartingWith("A bulk DELETE on Sort would remove all links of Sort.linked");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void elementsOfAnotherSiteAreNotThere() {
        SiteId berlin = SiteId.create();
        SiteId paris = SiteId.create();
        Desk desk = new Desk();
        inA(em -> {
            em.persist(desk);
            for (SiteId site : List.of(berlin, paris)) {
                Paper paper = new Paper();
                paper.site = site;
                paper.desk = desk;
                em.persist(paper);
            }
        });
        TenantScope.of(a)
                .narrow(berlin)
                .run(() -> world.without(em -> {
                    assertThat(em.find(Desk.class, desk.id).papers)
                            .extracting(paper -> paper.site)
                            .containsExactly(berlin);
                    assertThat(number(em, "select sum(p.pages) from Desk d join d.papers p"))
                            .isEqualTo(1);
                }));
        inA(em -> assertThat(em.find(Desk.class, desk.id).papers).hasSize(2));
    }

    @Test
    void plainHibernateSeesAll() {
        EntityManagerFactory plain = world.plain();
        World.transaction(plain, em -> {
            assertThat(sort(em).contracts).hasSize(2);
            assertThat(sort(em).linked).hasSize(2);
            sort(em).linked = new HashSet<>();
            return true;
        });
        assertThat(world.count("sort_link")).isZero();
    }
}
