package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reference that says so is null while what it pointed at is marked, and an undo sets it back. */
@ParameterizedClass
@EnumSource(Database.class)
class SetNullTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        String getId() {
            return id;
        }

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Agent")
    @UniqueAlive({"tenant", "badge"})
    static class Agent extends Row {
        @Nullable
        String badge;
    }

    /** Of all tenants. */
    @Entity(name = "Skill")
    @Shared("one catalog")
    static class Skill implements SoftDeletable {
        @Id
        long id;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Call")
    @Cacheable
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Call extends Row {
        String text = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Agent agent;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Call follows;
    }

    @Entity(name = "Complaint")
    static class Complaint extends Call {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Agent about;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Skill skill;
    }

    SetNullTest(Database database) {
        super(new World(database, List.of(Agent.class, Skill.class, Call.class, Complaint.class), CacheTest.CACHES));
    }

    private static Agent agent(EntityManager em, String id) {
        Agent agent = new Agent();
        agent.id = id;
        em.persist(agent);
        return agent;
    }

    private static <C extends Call> C call(EntityManager em, C call, String id, @Nullable Agent agent) {
        call.id = id;
        call.agent = agent;
        em.persist(call);
        return call;
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Agent ann = agent(em, "ann");
            Agent bob = agent(em, "bob");
            Call first = call(em, new Call(), "first", ann);
            call(em, new Call(), "second", bob).follows = first;
            Complaint complaint = call(em, new Complaint(), "third", ann);
            complaint.about = ann;
        });
        world.in(b, em -> call(em, new Call(), "other", agent(em, "zoe")));
    }

    private List<String> references() {
        return rows(
                "select c.id, c.agent_id, c.follows_id, p.about_id from call c left join complaint p on p.id = c.id order by c.id");
    }

    private List<String> rows(String sql) {
        return world.rows(sql).stream()
                .map(row -> row.replace(" ", "").replaceAll("\\|$", ""))
                .toList();
    }

    private DeletionId mark(Class<? extends SoftDeletable> type, Object id) {
        return world.get(a, em -> Deletions.of(em).mark(type, List.of(id), "left"));
    }

    private UndoReport undo(DeletionId deletion) {
        return world.get(a, em -> Deletions.of(em).undo(deletion));
    }

    @Test
    void aMarkSetsTheReferencesToNullAndAnUndoSetsThemBack() {
        List<String> before = references();
        DeletionId deletion = mark(Agent.class, "ann");
        assertThat(references())
                .containsExactly(
                        "first|null|null|null", "other|zoe|null|null", "second|bob|first|null", "third|null|null|null");
        inA(em -> {
            assertThat(em.find(Call.class, "first").agent).isNull();
            assertThat(em.find(Call.class, "first").version).isEqualTo(1);
            assertThat(em.createQuery("select c.id from Call c where c.agent is null order by c.id", String.class)
                            .getResultList())
                    .containsExactly("first", "third");
            em.find(Call.class, "third").text = "written while it was null";
        });
        assertThat(undo(deletion).total()).isEqualTo(1);
        assertThat(references()).isEqualTo(before);
        inA(em -> {
            assertThat(Objects.requireNonNull(em.find(Call.class, "first").agent)
                            .getId())
                    .isEqualTo("ann");
            assertThat(em.find(Call.class, "first").version).isEqualTo(2);
            assertThat(em.find(Call.class, "third").text).isEqualTo("written while it was null");
        });
    }

    @Test
    void whatTheSessionHoldsIsSetToNullAndBackToo() {
        inA(em -> {
            Call call = em.find(Call.class, "first");
            DeletionId deletion = Deletions.of(em).mark(Agent.class, List.of("ann"), "left");
            assertThat(call.agent).isNull();
            call.text = "changed";
            em.flush();
            Deletions.of(em).undo(deletion);
            assertThat(Objects.requireNonNull(call.agent).getId()).isEqualTo("ann");
            assertThat(call.text).isEqualTo("changed");
            call.text = "changed again";
        });
        inA(em -> {
            assertThat(em.find(Call.class, "first").text).isEqualTo("changed again");
            assertThat(em.find(Call.class, "first").agent).isNotNull();
        });
    }

    @Test
    void aSessionThatReadTheNullDoesNotWriteItAfterTheUndo() {
        DeletionId deletion = mark(Agent.class, "ann");
        assertThatThrownBy(() -> inA(em -> {
                    Call stale = em.find(Call.class, "first");
                    undo(deletion);
                    stale.text = "stale";
                }))
                .hasRootCauseInstanceOf(org.hibernate.StaleStateException.class);
        assertThat(references()).contains("first|ann|null|null");
    }

    @Test
    void aReferenceThatPointsElsewhereSinceStaysAndThePlanSaysSo() {
        List<String> before = references();
        DeletionId deletion = mark(Agent.class, "ann");
        inA(em -> em.find(Call.class, "first").agent = em.find(Agent.class, "bob"));
        inA(
                em -> assertThat(Deletions.of(em).planUndo(deletion).notes())
                        .containsExactly(
                                "Call first.agent was null when Agent ann was marked, and points at another row since. It stays so."));
        undo(deletion);
        assertThat(references())
                .isEqualTo(before.stream()
                        .map(row -> row.replace("first|ann", "first|bob"))
                        .toList());
    }

    @Test
    void aReferenceIsSetBackOnce() {
        DeletionId deletion = mark(Agent.class, "ann");
        undo(deletion);
        inA(em -> em.find(Call.class, "first").agent = null);
        undo(deletion);
        inA(em -> assertThat(em.find(Call.class, "first").agent).isNull());
    }

    @Test
    void aReferrerThatIsMarkedSinceComesBackWithItsReference() {
        List<String> before = references();
        DeletionId agent = mark(Agent.class, "ann");
        DeletionId call = mark(Call.class, "third");
        undo(agent);
        undo(call);
        assertThat(references()).isEqualTo(before);
    }

    @Test
    void aReferrerThatIsMarkedByTheSameDeletionComesBackWithItsReference() {
        List<String> before = references();
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("both", () -> {
            em.remove(em.find(Agent.class, "ann"));
            em.flush();
            em.remove(em.find(Call.class, "first"));
            em.remove(em.find(Call.class, "third"));
        }));
        undo(deletion);
        assertThat(references()).isEqualTo(before);
    }

    @Test
    void whatIsMarkedInAChainIsUndoneInAnyOrder() {
        List<String> before = references();
        DeletionId first = mark(Call.class, "first");
        DeletionId ann = mark(Agent.class, "ann");
        DeletionId bob = mark(Agent.class, "bob");
        assertThat(references()).contains("second|null|null|null");
        undo(bob);
        undo(ann);
        undo(first);
        assertThat(references()).isEqualTo(before);
    }

    @Test
    void aRemovalThatIsTakenBackSetsThemBack() {
        List<String> before = references();
        inA(em -> {
            Agent ann = em.find(Agent.class, "ann");
            em.remove(ann);
            em.flush();
            assertThat(em.find(Call.class, "first").agent).isNull();
            em.persist(ann);
        });
        assertThat(references()).isEqualTo(before);
        inA(em -> assertThat(em.find(Call.class, "first").agent).isNotNull());
    }

    @Test
    void aTargetThatAnUndoSkipsKeepsThemNull() {
        inA(em -> em.find(Agent.class, "ann").badge = "7");
        DeletionId deletion = world.get(a, em -> Deletions.of(em).mark(Agent.class, List.of("ann", "bob"), "left"));
        inA(em -> agent(em, "new").badge = "7");
        inA(em -> Deletions.of(em).planUndo(deletion).execute(UndoPolicy.SKIP));
        assertThat(references())
                .containsExactly(
                        "first|null|null|null", "other|zoe|null|null", "second|bob|first|null", "third|null|null|null");
    }

    @Test
    void referrersOfOthersRefuseTheMark() {
        inA(em -> {
            Skill skill = new Skill();
            skill.id = 1;
            em.persist(skill);
            em.find(Complaint.class, "third").skill = skill;
        });
        world.in(b, em -> call(em, new Complaint(), "fourth", null).skill = em.find(Skill.class, 1L));
        assertThatThrownBy(() -> mark(Skill.class, 1L)).isInstanceOf(StillReferencedException.class);
        assertThat(rows("select id from complaint where skill_id = 1")).hasSize(2);
        DeletionId deletion = CrossTenant.write("all use it").call(() -> {
            AtomicReference<DeletionId> made = new AtomicReference<>();
            world.without(em -> made.set(Deletions.of(em).mark(Skill.class, List.of(1L), "gone")));
            return made.get();
        });
        assertThat(rows("select id from complaint where skill_id = 1")).isEmpty();
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).notes())
                .singleElement()
                .asString()
                .startsWith("Complaint.skill was set to null in rows that are not in the open scope"));
        undo(deletion); // each tenant's, in its scope
        assertThat(rows("select id from complaint where skill_id = 1")).containsExactly("third");
        world.in(b, em -> Deletions.of(em).undo(deletion));
        assertThat(rows("select id from complaint where skill_id = 1")).containsExactly("fourth", "third");
    }

    @Test
    void manyReferrersAreSetToNullAndBack() {
        inA(em -> {
            Agent bob = em.find(Agent.class, "bob");
            for (int i = 0; i < 1200; i++) {
                call(em, i % 2 == 0 ? new Call() : new Complaint(), "many" + i, bob);
            }
        });
        List<String> before = references();
        DeletionId deletion = mark(Agent.class, "bob");
        assertThat(rows("select id from call where agent_id = 'bob'")).isEmpty();
        undo(deletion);
        assertThat(references()).isEqualTo(before);
    }

    @Test
    void nobodyElseWritesWhatIsRemembered() {
        DeletionId deletion = mark(Agent.class, "ann");
        inA(em -> {
            assertThatThrownBy(() ->
                            em.createQuery("delete from ReferenceSetToNull").executeUpdate())
                    .isInstanceOf(HardDeleteRefusedException.class);
            assertThatThrownBy(() -> em.createNativeQuery("delete from tenant_safety_reference_set_to_null where true")
                            .executeUpdate())
                    .isInstanceOf(HardDeleteRefusedException.class);
        });
        undo(deletion);
        inA(em -> assertThat(em.find(Call.class, "first").agent).isNotNull());
    }

    private DeletionId withoutAgent(String id) {
        return world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(em.find(Agent.class, id))));
    }

    /** The null that the later deletion left is not for the undo of the earlier one to fill. */
    @Test
    void twoTargetsAfterOneAnother() {
        for (boolean isLaterFirst : new boolean[] {false, true}) {
            DeletionId earlier = withoutAgent("ann");
            inA(em -> em.find(Call.class, "first").agent = em.find(Agent.class, "bob"));
            DeletionId later = withoutAgent("bob");
            if (isLaterFirst) {
                inA(em -> Deletions.of(em).undo(later));
            }
            List<String> notes =
                    world.get(a, em -> Deletions.of(em).planUndo(earlier)).notes();
            assertThat(notes)
                    .contains("Call first.agent was null when Agent ann was marked, and point"
                            + (isLaterFirst
                                    ? "s at another row since. It stays so."
                                    : "ed at another row since, which is marked too. It stays null."));
            inA(em -> Deletions.of(em).undo(earlier));
            if (!isLaterFirst) {
                inA(em -> Deletions.of(em).undo(later));
            }
            assertThat(rows("select agent_id from call where id = 'first'")).containsExactly("bob");
            assertThat(rows("select agent_id from call where id = 'third'")).containsExactly("ann");
            inA(em -> em.find(Call.class, "first").agent = em.find(Agent.class, "ann"));
        }
    }

    @Test
    void twoTargetsInOneDeletion() {
        DeletionId both = world.get(a, em -> Deletions.of(em).because("a test", () -> {
            em.remove(em.find(Agent.class, "ann"));
            em.flush();
            em.find(Call.class, "first").agent = em.find(Agent.class, "bob");
            em.flush();
            em.remove(em.find(Agent.class, "bob"));
        }));
        inA(em -> Deletions.of(em).undo(both));
        assertThat(rows("select agent_id from call where id = 'first'")).containsExactly("bob");
    }
}
