package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeConflictException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hibernate.KeyType;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StaleStateException;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.Filter;
import org.hibernate.annotations.FilterDef;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;
import org.hibernate.annotations.ParamDef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.jpa.repository.support.SimpleJpaRepository;

/** Rows that are really deleted, and nothing else than owned, are kept to the open scope on each path. */
@ParameterizedClass
@EnumSource(Database.class)
class NotProtectedTest extends WorldTest {

    @Entity(name = "Rack")
    @FilterDef(name = "narrow", parameters = @ParamDef(name = "other", type = String.class))
    @Filter(name = "narrow", condition = "name = 'x' or name = :other")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    @NaturalIdCache
    static class Rack {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @NaturalId
        String code = "";

        String name = "rack";

        @OneToMany(mappedBy = "rack", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Tool> tools = new ArrayList<>();

        @ElementCollection
        Set<String> tags = new HashSet<>();

        void put(Tool tool) {
            tool.rack = this;
            tools.add(tool);
        }
    }

    @Entity(name = "Tool")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Tool {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Rack rack;

        String name = "tool";
    }

    @Entity(name = "Drill")
    static class Drill extends Tool {
        int power = 1;
    }

    @Entity(name = "Sticker")
    @OwnedThrough("tool")
    static class Sticker {
        @Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Tool tool;

        /** The name of the rack, by which they can be joined. */
        String text = "rack";
    }

    private final Rack ofA = new Rack();
    private final Rack ofB = new Rack();

    NotProtectedTest(Database database) {
        super(new World(
                database,
                List.of(Customer.class, Rack.class, Tool.class, Drill.class, Sticker.class),
                CacheTest.CACHES));
    }

    @BeforeEach
    void rows() {
        ofA.code = "of a";
        ofB.code = "of b";
        inA(em -> persist(em, ofA, a));
        world.in(b, em -> persist(em, ofB, b));
    }

    /** A rack with a tool and a drill, and a tool with a sticker. */
    private static void persist(EntityManager em, Rack rack, TenantId tenant) {
        em.persist(new Customer(tenant, "customer"));
        rack.put(new Tool());
        rack.put(new Drill());
        rack.tags.add("red");
        em.persist(rack);
        Sticker sticker = new Sticker();
        sticker.tool = new Tool();
        em.persist(sticker.tool);
        em.persist(sticker);
    }

    private List<String> rowsOf(TenantId tenant) {
        String owner = " where tenant = '" + tenant.uuid() + "'";
        List<String> rows = new ArrayList<>();
        for (String sql : List.of(
                "select id, name, code from rack" + owner,
                "select * from rack_tags where rack_id in (select id from rack" + owner + ")",
                "select id, rack_id, name from tool" + owner,
                "select * from drill where id in (select id from tool" + owner + ")",
                "select * from sticker where tool_id in (select id from tool" + owner + ")")) {
            rows.addAll(world.rows(sql));
        }
        return rows;
    }

    private List<String> all() {
        return Stream.concat(rowsOf(a).stream(), rowsOf(b).stream()).toList();
    }

    private void refused(Class<? extends Throwable> refusal, Consumer<EntityManager> work) {
        List<String> before = all();
        assertThatThrownBy(() -> inA(em -> {
                    work.accept(em);
                    em.flush();
                }))
                .satisfies(thrown -> assertThat(causes(thrown)).hasAtLeastOneElementOfType(refusal));
        assertThat(all()).isEqualTo(before);
    }

    private void refused(Consumer<EntityManager> work) {
        refused(ForeignRowException.class, work);
    }

    private void stateless(Consumer<StatelessSession> work) {
        TenantScope.of(a).run(() -> World.stateless(world.safe, work));
    }

    private void leavesTheRowsOfB(Consumer<EntityManager> work) {
        List<String> before = rowsOf(b);
        inA(work);
        assertThat(rowsOf(b)).isEqualTo(before).isNotEmpty();
    }

    @Test
    @Shows(
            value =
                    "`remove`, a repository's `delete…` (but `…InBatch`, a `Specification` and `@Modifying` queries, which are bulk), "
                            + "REMOVE cascade, orphan removal",
            in = Shows.NOT_PROTECTED)
    void areDeletedInScopeOnly() {
        leavesTheRowsOfB(em -> em.find(Rack.class, ofA.id).tools.remove(0));
        assertThat(world.count("tool where rack_id = '" + ofA.id.uuid() + "'")).isEqualTo(1);
        leavesTheRowsOfB(em -> em.remove(em.find(Rack.class, ofA.id)));
        assertThat(world.count("tool where rack_id is not null and tenant = '" + a.uuid() + "'"))
                .isZero();
        assertThat(world.count("rack")).isEqualTo(1);
        leavesTheRowsOfB(em -> {
            SimpleJpaRepository<Rack, ProjectId> racks = new SimpleJpaRepository<>(Rack.class, em);
            Rack made = racks.save(new Rack());
            em.flush();
            assertThat(racks.count()).isEqualTo(1);
            racks.deleteById(made.id);
            racks.deleteById(ofB.id);
            racks.deleteAllInBatch();
        });
        assertThat(world.count("rack")).isEqualTo(1);
    }

    @Test
    @Shows(value = "HQL or Criteria DELETE, one table or several", in = Shows.NOT_PROTECTED)
    void areDeletedInBulkInScopeOnly() {
        leavesTheRowsOfB(em ->
                assertThat(em.createQuery("delete from Drill").executeUpdate()).isEqualTo(1));
        leavesTheRowsOfB(em -> {
            var delete = em.getCriteriaBuilder().createCriteriaDelete(Tool.class);
            delete.where(
                    em.getCriteriaBuilder().isNotNull(delete.from(Tool.class).get("rack")));
            assertThat(em.createQuery(delete).executeUpdate()).isEqualTo(1);
        });
        leavesTheRowsOfB(em -> {
            var delete = em.getCriteriaBuilder().createCriteriaDelete(Sticker.class);
            delete.from(Sticker.class);
            assertThat(em.createQuery(delete).executeUpdate()).isEqualTo(1);
        });
        leavesTheRowsOfB(em ->
                assertThat(em.createQuery("delete from Rack").executeUpdate()).isEqualTo(1));
        assertThat(rowsOf(a)).hasSize(1);
    }

    @Test
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.NOT_PROTECTED)
    void areUpdatedInBulkInScopeOnly() {
        leavesTheRowsOfB(em -> {
            assertThat(em.createQuery("update Rack set name = 'x'").executeUpdate())
                    .isEqualTo(1);
            assertThat(em.createQuery("update Drill set power = 7, name = 'x'").executeUpdate())
                    .isEqualTo(1);
            var update = em.getCriteriaBuilder().createCriteriaUpdate(Sticker.class);
            update.from(Sticker.class);
            update.set("text", "x");
            assertThat(em.createQuery(update).executeUpdate()).isEqualTo(1);
        });
        for (String hql : List.of("update Rack set tenant = :value", "update Drill set tenant = :value")) {
            refused(em -> em.createQuery(hql).setParameter("value", b).executeUpdate());
        }
        refused(em -> em.createQuery("update Sticker set tool = (select t from Drill t)")
                .executeUpdate());
        refused(em -> em.createQuery("update Tool set rack.id = :rack")
                .setParameter("rack", ofB.id)
                .executeUpdate());
    }

    @Test
    @Shows(value = "HQL INSERT", in = Shows.NOT_PROTECTED)
    void areNotInsertedInBulk() {
        for (TenantId tenant : List.of(a, b)) {
            refused(em -> em.createQuery("insert into Rack (id, tenant, code, name) values (:id, :tenant, 'c', 'n')")
                    .setParameter("id", ProjectId.create())
                    .setParameter("tenant", tenant)
                    .executeUpdate());
        }
    }

    @Test
    @Shows(value = "a write of a collection (`@ElementCollection`, join table)", in = Shows.NOT_PROTECTED)
    void collectionsAreWrittenInScopeAndNotInAReadOnlyOne() {
        List<String> before = all();
        assertThatThrownBy(() -> CrossTenant.read("test")
                        .run(() -> world.without(
                                em -> em.find(Rack.class, ofA.id).tags.add("blue"))))
                .satisfies(thrown ->
                        assertThat(causes(thrown)).hasAtLeastOneElementOfType(CrossTenantReadOnlyException.class));
        assertThat(all()).isEqualTo(before);
        leavesTheRowsOfB(em -> {
            assertThat(em.find(Rack.class, ofB.id)).isNull();
            em.find(Rack.class, ofA.id).tags.add("blue");
        });
        assertThat(world.count("rack_tags")).isEqualTo(3);
    }

    @Test
    @Shows(value = "work in `CrossTenant.write`", in = Shows.NOT_PROTECTED)
    void workAcrossTenantsLinksNothingAcrossThemAndPutsNothingIntoAClosedOwner() {
        List<String> before = all();
        assertThatThrownBy(() -> world.across(em -> {
                    Tool tool = em.find(Rack.class, ofA.id).tools.get(0);
                    tool.rack = em.find(Rack.class, ofB.id);
                }))
                .satisfies(thrown -> assertThat(causes(thrown)).hasAtLeastOneElementOfType(ForeignRowException.class));
        inA(em -> em.remove(em.find(Customer.class, a)));
        assertThatThrownBy(() -> world.across(em -> {
                    Rack made = new Rack();
                    made.tenant = a;
                    em.persist(made);
                }))
                .satisfies(thrown -> assertThat(causes(thrown)).hasAtLeastOneElementOfType(MarkedException.class));
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @Shows(value = "a copy without its owner that is merged (a JSON body)", in = Shows.NOT_PROTECTED)
    void aCopyWithoutItsOwnerKeepsIt() {
        inA(em -> {
            Sticker found = em.createQuery("from Sticker", Sticker.class).getSingleResult();
            Tool fromJson = new Tool();
            fromJson.id = found.tool.id;
            fromJson.name = "renamed";
            em.merge(fromJson);
        });
        assertThat(world.rows("select tenant from tool where name = 'renamed'")).containsExactly(a.uuid() + " | ");
    }

    @Test
    @Shows(value = "`StatelessSession` get, getMultiple, queries", in = Shows.NOT_PROTECTED)
    void aStatelessSessionReadsWhatIsInScope() {
        stateless(session -> {
            assertThat(session.get(Rack.class, ofA.id)).isNotNull();
            assertThat(session.get(Rack.class, ofB.id)).isNull();
            assertThat(session.getMultiple(Rack.class, List.of(ofA.id, ofB.id)))
                    .extracting(rack -> rack != null)
                    .containsExactly(true, false);
            assertThat(session.createSelectionQuery("select s.text from Sticker s", String.class)
                            .list())
                    .hasSize(1);
        });
    }

    private Rack lie() {
        Rack lie = new Rack();
        lie.id = ofB.id;
        lie.tenant = a;
        lie.code = "of b";
        lie.name = "mine";
        return lie;
    }

    private void statelessRefused(Consumer<StatelessSession> work) {
        List<String> before = all();
        assertThatThrownBy(() -> stateless(work)).isInstanceOf(ForeignRowException.class);
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @Shows(value = "`StatelessSession` insert, update, upsert", in = Shows.NOT_PROTECTED)
    void aStatelessSessionWritesInScopeOnly() {
        statelessRefused(session -> session.update(lie()));
        statelessRefused(session -> session.upsert(lie()));
        statelessRefused(session -> {
            Rack made = new Rack();
            made.tenant = b;
            session.insert(made);
        });
        Tool tool = new Tool();
        tool.tenant = a;
        world.in(
                b,
                em -> tool.id =
                        em.createQuery("from Tool", Tool.class).getResultList().get(0).id);
        List<String> before = all();
        assertThatThrownBy(() -> stateless(session -> {
                    session.setJdbcBatchSize(10);
                    session.update(tool); // has no collections: the owner stands in its statement
                }))
                .satisfies(thrown -> assertThat(causes(thrown)).hasAtLeastOneElementOfType(StaleStateException.class));
        assertThat(all()).isEqualTo(before);
        stateless(session -> {
            Rack made = new Rack();
            session.insert(made);
            made.name = "changed";
            session.update(made);
            session.upsert(made);
        });
        assertThat(world.count("rack where name = 'changed' and tenant = '" + a.uuid() + "'"))
                .isEqualTo(1);
    }

    @Test
    @Shows(value = "`StatelessSession.delete`", in = Shows.NOT_PROTECTED)
    void aStatelessSessionDeletesInScopeOnly() {
        Sticker[] theirs = new Sticker[1];
        world.in(
                b,
                em -> theirs[0] = em.createQuery("from Sticker", Sticker.class).getSingleResult());
        statelessRefused(session -> session.delete(theirs[0]));
        statelessRefused(session -> session.delete(lie())); // whose tags would go first
        statelessRefused(session -> {
            session.setJdbcBatchSize(10);
            session.delete(lie());
        });
        statelessRefused(session -> session.deleteMultiple(List.of(lie())));
        stateless(session -> session.delete(
                session.createSelectionQuery("from Sticker", Sticker.class).getSingleResult()));
        assertThat(world.count("sticker")).isEqualTo(1);
    }

    private void nativelyRefused(Class<? extends Throwable> refusal, String... statements) {
        for (String sql : statements) {
            refused(refusal, em -> em.createNativeQuery(sql).executeUpdate());
        }
    }

    @Test
    @Shows(
            value = "native DELETE, TRUNCATE, DROP TABLE, MERGE … DELETE through Hibernate, in an anonymous block too",
            in = Shows.NOT_PROTECTED)
    void nativeSqlDeletesByOwnerOrKeyOnly() {
        nativelyRefused(
                HardDeleteRefusedException.class,
                "delete from sticker",
                "delete from rack_tags",
                "truncate table sticker",
                "drop table sticker",
                "merge into sticker using rack on rack.name = sticker.text when matched then delete",
                "do $$ begin delete from sticker; end $$");
        leavesTheRowsOfB(em -> assertThat(em.createNativeQuery(
                                "delete from sticker where tool_id in (select id from tool where tenant = :a)")
                        .setParameter("a", a.uuid())
                        .executeUpdate())
                .isEqualTo(1));
    }

    @Test
    @Shows(
            value =
                    "native UPDATE, MERGE or ON CONFLICT UPDATE that sets a column of an owner, path or key, also of a link",
            in = Shows.NOT_PROTECTED)
    void nativeSqlSetsNoOwnerPathOrKey() {
        String id = "'" + ofB.id.uuid() + "'";
        nativelyRefused(
                ForeignRowException.class,
                "update rack set tenant = '" + b.uuid() + "'",
                "update sticker set tool_id = " + id,
                "update rack set id = " + id,
                "update drill set id = " + id,
                "merge into sticker using rack on 1 = 1 when matched then update set tool_id = " + id,
                "insert into rack (id, code) values (" + id + ", 'c') on conflict (id) do update set tenant = null");
    }

    @Test
    @Shows(
            value = "native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too",
            in = Shows.NOT_PROTECTED)
    void nativeSqlLoadsNoRowsOfOthers() {
        refused(em -> em.createNativeQuery("select * from rack", Rack.class).getResultList());
        refused(em ->
                em.createNativeQuery("select * from sticker", Sticker.class).getResultList());
        statelessRefused(session ->
                session.createNativeQuery("select * from rack", Rack.class).getResultList());
        statelessRefused(session -> session.createNativeQuery("select * from sticker", Sticker.class)
                .getResultList());
    }

    @Test
    @Shows(value = "CROSS, RIGHT and FULL joins", in = Shows.NOT_PROTECTED)
    void joinsReadWhatIsInScope() {
        for (String join : List.of("cross join Rack r", "right join Rack r on r.name = s.text")) {
            inA(em -> assertThat(em.createQuery("select r.code from Sticker s " + join, String.class)
                            .getResultList())
                    .containsExactly("of a"));
        }
        assumeFalse(world.isUpperCase(), "H2 has no FULL JOIN");
        inA(em -> assertThat(
                        em.createQuery("select r.code from Sticker s full join Rack r on r.name = s.text", String.class)
                                .getResultList())
                .contains("of a")
                .doesNotContain("of b"));
    }

    @Test
    @Shows(value = "a `@Filter` of yours, with an OR in it", in = Shows.NOT_PROTECTED)
    void aFilterNarrowsWhatIsInScope() {
        inA(em -> {
            Rack other = new Rack();
            other.code = "other";
            other.name = "left out";
            em.persist(other);
        });
        inA(em -> {
            em.unwrap(Session.class).enableFilter("narrow").setParameter("other", "rack");
            assertThat(em.createQuery("select r.code from Rack r", String.class).getResultList())
                    .containsExactly("of a");
        });
    }

    @Test
    @Shows(value = "second-level cache", in = Shows.NOT_PROTECTED)
    void theCacheGivesNobodyTheRowsOfOthers() {
        for (int i = 0; i < 2; i++) {
            inA(em -> assertThat(byCode(em)).isNotNull());
            inA(em -> assertThat(em.find(Rack.class, ofA.id)).isNotNull());
        }
        assertThat(world.safe
                        .unwrap(SessionFactory.class)
                        .getStatistics()
                        .getDomainDataRegionStatistics(Rack.class.getName())
                        .getHitCount())
                .isPositive();
        world.in(b, em -> {
            assertThat(em.find(Rack.class, ofA.id)).isNull();
            assertThat(byCode(em)).isNull();
        });
        TenantScope.of(b)
                .run(() -> World.stateless(world.safe, session -> assertThat(session.get(Rack.class, ofA.id))
                        .isNull()));
    }

    private static @Nullable Rack byCode(EntityManager em) {
        return em.unwrap(Session.class).find(Rack.class, "of a", KeyType.NATURAL);
    }

    @Test
    @Shows(value = "`disableFilter`, another ID in our filter", in = Shows.NOT_PROTECTED)
    void filtersAreLeftAsTheyAre() {
        for (String filter : List.of("tenantSafety_owner_tenant", "~tenantSafety")) {
            for (Consumer<EntityManager> use :
                    List.<Consumer<EntityManager>>of(em -> count(em, "Rack"), em -> em.find(Rack.class, ofB.id))) {
                refused(em -> {
                    count(em, "Rack");
                    em.unwrap(Session.class).disableFilter(filter);
                    use.accept(em);
                });
            }
        }
        refused(em -> {
            count(em, "Rack");
            em.unwrap(Session.class)
                    .getEnabledFilter("tenantSafety_owner_tenant")
                    .setParameter("owner_id", b);
            count(em, "Rack");
        });
    }

    @Test
    @Shows(value = "a session with a `StatementInspector` of its own", in = Shows.NOT_PROTECTED)
    void aSessionHasNoInspectorOfItsOwn() {
        UnaryOperator<String> theirs = sql -> sql;
        TenantScope.of(a).run(() -> {
            try (Session session = world.safe
                    .unwrap(SessionFactory.class)
                    .withOptions()
                    .statementInspector(theirs)
                    .openSession()) {
                assertThatThrownBy(() -> count(session, "Rack"))
                        .isInstanceOf(HardDeleteRefusedException.class)
                        .hasMessageContaining("StatementInspector of its own");
            }
        });
    }

    @Test
    @Shows(value = "`merge` of a copy of somebody else's, or a marked, row", in = Shows.NOT_PROTECTED)
    void aCopyOfARowOfOthersIsNotMerged() {
        refused(TenantSafetyException.class, em -> em.merge(lie()));
    }

    @Test
    @Shows(value = "another scope in the same session", in = Shows.NOT_PROTECTED)
    void aSessionStaysWithItsScope() {
        inA(em -> {
            count(em, "Rack");
            assertThatThrownBy(() -> TenantScope.of(b).run(() -> count(em, "Rack")))
                    .isInstanceOf(TenantScopeConflictException.class);
            assertThatThrownBy(() -> TenantScope.of(b).run(() -> em.find(Rack.class, ofB.id)))
                    .isInstanceOf(TenantScopeConflictException.class);
        });
    }
}
