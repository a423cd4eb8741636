package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What alive rows point at is not marked, unless the mapping says what becomes of them. */
@ParameterizedClass
@EnumSource(Database.class)
class ReferrersTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Person")
    static class Person extends Row {
        String name = "";
        int code;
    }

    @Embeddable
    static class Review {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person reviewer;
    }

    @Entity(name = "Task")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Task extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person assignee;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Task parent;

        @Embedded
        Review review = new Review();

        @OneToMany(mappedBy = "task", cascade = CascadeType.ALL)
        List<Step> steps = new ArrayList<>();

        @ManyToMany
        Set<Person> watchers = new HashSet<>();
    }

    @Entity(name = "Repair")
    static class Repair extends Task {
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Person mechanic;
    }

    @Entity(name = "Step")
    static class Step extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Task task;
    }

    @Entity(name = "Reminder")
    static class Reminder extends Row {
        private @Nullable Task task;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @jakarta.persistence.Access(jakarta.persistence.AccessType.PROPERTY)
        @Nullable
        Task getTask() {
            return task;
        }

        void setTask(@Nullable Task task) {
            this.task = task;
        }
    }

    @Entity(name = "Note")
    static class Note extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Reminder reminder;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Task task;
    }

    /** Really deleted. */
    @Entity(name = "Bookmark")
    static class Bookmark {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Task task;
    }

    /** Has its task's key. */
    @Entity(name = "Invoice")
    static class Invoice implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Person payer;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    record VoteKey(String voter, int round) implements Serializable {}

    @Entity(name = "Vote")
    @IdClass(VoteKey.class)
    static class Vote {
        @Id
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Person voter;

        @Id
        int round;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    record Place(String street, int number) {}

    @Entity(name = "House")
    static class House implements SoftDeletable {
        @EmbeddedId
        @Nullable
        Place place;

        @jakarta.persistence.Column(unique = true)
        String code = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Visit")
    static class Visit extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        House house;
    }

    @Entity(name = "Parcel")
    static class Parcel extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(referencedColumnName = "code")
        @Nullable
        House house;
    }

    @Entity(name = "Kind")
    @Shared("a list for all")
    static class Kind implements SoftDeletable {
        @Id
        String id = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Machine")
    static class Machine extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Kind kind;
    }

    ReferrersTest(Database database) {
        super(new World(
                database,
                List.of(
                        Person.class,
                        Task.class,
                        Repair.class,
                        Step.class,
                        Reminder.class,
                        Note.class,
                        Bookmark.class,
                        Invoice.class,
                        Vote.class,
                        House.class,
                        Visit.class,
                        Parcel.class,
                        Kind.class,
                        Machine.class),
                Map.of()));
    }

    private static <T extends Row> T row(T made, String id) {
        made.id = id;
        return made;
    }

    private static <T extends Row> T with(EntityManager em, T made, String id) {
        return with(em, made, id, unchanged -> {});
    }

    private static <T extends Row> T with(EntityManager em, T made, String id, Consumer<T> change) {
        change.accept(row(made, id));
        em.persist(made);
        return made;
    }

    private static Task task(EntityManager em) {
        return em.find(Task.class, "task");
    }

    private static Person ann(EntityManager em) {
        return em.find(Person.class, "ann");
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            with(em, new Person(), "ann");
            with(em, new Person(), "bob");
            with(em, new Task(), "task", task -> {
                task.steps.add(row(new Step(), "step"));
                task.steps.get(0).task = task;
            });
            with(em, new Task(), "other");
        });
    }

    private void refused(Class<?> entity, Object id, String... referrers) {
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(entity, id)))).satisfies(thrown -> {
            StillReferencedException refusal = refusal(thrown);
            assertThat(refusal.referrers())
                    .extracting(referrer -> referrer.entity() + " " + referrer.id() + "." + referrer.attribute())
                    .containsExactly(referrers);
            assertThat(refusal.referrers())
                    .allSatisfy(referrer -> assertThat(referrer.targetId()).isEqualTo(id));
        });
        inA(em -> assertThat(em.find(entity, id)).isNotNull());
        assertThat(world.count("tenant_safety_deletion")).isZero();
    }

    private static StillReferencedException refusal(Throwable thrown) {
        Throwable cause = thrown;
        while (!(cause instanceof StillReferencedException)) {
            cause = Objects.requireNonNull(cause.getCause(), () -> "not refused, but " + thrown);
        }
        return (StillReferencedException) cause;
    }

    private void passes(Consumer<EntityManager> work) {
        inA(work);
    }

    @Test
    @Shows(
            value = "a mark of a row that alive rows point at, without a cascade or `@OnTargetMarked`",
            in = Shows.PROTECTED)
    void isRefusedWithTheReferrersAndTheNextStep() {
        inA(em -> task(em).assignee = ann(em));
        refused(Person.class, "ann", "Task task.assignee");
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).mark(Person.class, List.of("ann"), "left")))
                .isInstanceOf(StillReferencedException.class)
                .hasMessage("Alive rows still point at rows that were to be marked: Task task (assignee → Person ann). "
                        + "Remove or repoint them first, or declare @OnTargetMarked on Task.assignee.");
        passes(em -> em.remove(em.find(Person.class, "bob")));
    }

    @Test
    void nothingIsCommittedAfterwards() {
        inA(em -> task(em).assignee = ann(em));
        inA(
                em -> { // Hibernate rolls back at the commit
                    em.remove(ann(em));
                    assertThatThrownBy(em::flush).isInstanceOf(StillReferencedException.class);
                    assertThat(em.getTransaction().getRollbackOnly()).isTrue();
                });
        inA(em -> {
            em.remove(ann(em));
            assertThatThrownBy(() -> em.createQuery("from Person", Person.class).getResultList())
                    .isInstanceOf(StillReferencedException.class);
            assertThat(em.getTransaction().getRollbackOnly()).isTrue();
        });
        inA(em -> assertThat(ann(em)).isNotNull());
    }

    @Test
    void looksAtEmbeddablesSubclassesAndKeys() {
        inA(em -> {
            task(em).review = new Review();
            task(em).review.reviewer = ann(em);
        });
        refused(Person.class, "ann", "Task task.review.reviewer");
        inA(em -> with(em, new Repair(), "repair", made -> made.mechanic = em.find(Person.class, "bob")));
        refused(Person.class, "bob", "Repair repair.mechanic");
        inA(em -> task(em).parent = with(em, new Repair(), "above"));
        refused(Task.class, "above", "Task task.parent");
        inA(em -> {
            Invoice invoice = new Invoice();
            invoice.payer = with(em, new Person(), "cid");
            em.persist(invoice);
        });
        refused(Person.class, "cid", "Invoice cid.payer");
        inA(em -> {
            Vote vote = new Vote();
            vote.voter = with(em, new Person(), "dan");
            vote.round = 2;
            em.persist(vote);
        });
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Person.class, "dan"))))
                .satisfies(thrown -> assertThat(refusal(thrown).referrers()).hasSize(1));
    }

    @Test
    void looksAtKeysOfSeveralColumnsAndOtherKeysThanThePrimaryOne() {
        Place first = new Place("Elm", 1);
        Place second = new Place("Elm", 2);
        inA(em -> {
            for (Place place : List.of(first, second)) {
                House house = new House();
                house.place = place;
                house.code = "c" + place.number();
                em.persist(house);
            }
            with(em, new Visit(), "visit", made -> made.house = em.find(House.class, first));
        });
        refused(House.class, first, "Visit visit.house");
        inA(em -> with(em, new Parcel(), "parcel", made -> made.house = em.find(House.class, second)));
        refused(House.class, second, "Parcel parcel.house");
    }

    @Test
    void rowsThatAreReallyDeletedAreReferrersToo() {
        inA(em -> {
            Bookmark bookmark = new Bookmark();
            bookmark.id = "mark";
            bookmark.task = task(em);
            em.persist(bookmark);
        });
        refused(Task.class, "task", "Bookmark mark.task");
        passes(em -> {
            em.remove(em.find(Bookmark.class, "mark"));
            em.remove(task(em));
        });
    }

    @Test
    void whatTheSameFlushRemovesOrRepointsIsNoReferrer() {
        inA(em -> task(em).assignee = ann(em));
        inA(em -> with(em, new Task(), "second", made -> made.assignee = ann(em)));
        passes(em -> {
            em.remove(ann(em));
            task(em).assignee = em.find(Person.class, "bob");
            em.remove(em.find(Task.class, "second"));
        });
        inA(em -> assertThat(ann(em)).isNull());
    }

    @Test
    void markedReferrersAndLinksDoNotStandInTheWay() {
        inA(em -> task(em).assignee = ann(em));
        inA(em -> em.find(Task.class, "other").watchers.add(ann(em)));
        inA(em -> em.remove(task(em)));
        passes(em -> em.remove(ann(em)));
    }

    @Test
    void aRowMayPointAtItselfAndManyAtEachOther() {
        inA(em -> task(em).parent = task(em));
        passes(em -> em.remove(task(em)));
        List<String> ids = IntStream.range(0, 1200).mapToObj(i -> "t" + i).toList();
        inA(em -> {
            Task last = null;
            for (String id : ids) {
                Task above = last;
                last = with(em, new Task(), id, made -> made.parent = above);
            }
        });
        assertThatThrownBy(() -> inA(em -> Deletions.of(em).mark(Task.class, ids.subList(0, 700), "all but the last")))
                .satisfies(thrown ->
                        assertThat(refusal(thrown).referrers().get(0).id()).isEqualTo("t700"));
        inA(em -> Deletions.of(em).mark(Task.class, ids, "all"));
        inA(em -> assertThat(count(em, "Task")).isEqualTo(1));
    }

    @Test
    void aReferrerThatIsMarkedOnAnotherWayDoesNotStandInTheWay() {
        inA(em -> {
            with(em, new Reminder(), "r", made -> made.setTask(task(em)));
            with(em, new Note(), "n", made -> {
                made.reminder = em.find(Reminder.class, "r");
                made.task = task(em);
            });
        });
        refused(Reminder.class, "r", "Note n.reminder");
        passes(em -> em.remove(task(em)));
        inA(em -> assertThat(count(em, "Note")).isZero());
    }

    @Test
    void asksOncePerAttributeAndFlush() {
        List<String> ids = IntStream.range(0, 200).mapToObj(i -> "p" + i).toList();
        inA(em -> ids.forEach(id -> with(em, new Person(), id)));
        inA(em -> {
            List<Person> people = em.createQuery("from Person", Person.class).getResultList();
            Statistics statistics =
                    em.getEntityManagerFactory().unwrap(SessionFactory.class).getStatistics();
            statistics.setStatisticsEnabled(true);
            statistics.clear();
            people.forEach(em::remove);
            em.flush();
            // Task.assignee, Task.review.reviewer, Repair.mechanic, Invoice.payer, Vote.voter
            assertThat(statistics.getQueryExecutionCount()).isEqualTo(5);
            assertThat(statistics.getPrepareStatementCount()).isLessThanOrEqualTo(people.size() + 5);
            statistics.clear();
            em.createQuery("from Kind", Kind.class).getResultList();
            em.flush();
            assertThat(statistics.getQueryExecutionCount()).isEqualTo(1);
        });
    }

    @Test
    void namesTenAtMost() {
        inA(em -> {
            for (int i = 0; i < 30; i++) {
                with(em, new Task(), "t" + i, made -> made.assignee = ann(em));
            }
        });
        assertThatThrownBy(() -> inA(em -> em.remove(ann(em))))
                .satisfies(thrown -> assertThat(refusal(thrown).referrers()).hasSize(10))
                .hasStackTraceContaining(", and rows that are not listed");
    }

    @Test
    void declaredReferrersAreMarkedTooAndComeBack() {
        inA(em -> {
            for (int i = 0; i < 600; i++) {
                with(em, new Reminder(), "r" + i, made -> made.setTask(task(em)));
            }
            with(em, new Reminder(), "of another", made -> made.setTask(em.find(Task.class, "other")));
        });
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("done", () -> em.remove(task(em))));
        inA(em -> {
            assertThat(count(em, "Reminder")).isEqualTo(1);
            assertThat(Deletions.of(em).find(deletion).orElseThrow().marked())
                    .isEqualTo("Reminder 600, Step 1, Task 1");
        });
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(602));
        inA(em -> assertThat(Hibernate.unproxy(em.find(Reminder.class, "r7").getTask()))
                .isSameAs(Hibernate.unproxy(task(em))));
    }

    @Test
    void childrenThatTheCascadeDidNotSeeAreMarkedToo() {
        passes(em -> {
            Task task = task(em);
            assertThat(task.steps).hasSize(1); // loaded before another session adds one
            inA(other -> with(other, new Step(), "meanwhile", made -> made.task = task(other)));
            em.remove(task);
        });
        inA(em -> assertThat(count(em, "Step")).isZero());
        assertThat(world.rows("select marked from tenant_safety_deletion")).containsExactly("Step 2, Task 1 | ");
    }

    @Test
    void sharedRowsAreKeptForReferrersOfAllTenants() {
        world.without(em -> {
            Kind kind = new Kind();
            kind.id = "press";
            em.persist(kind);
        });
        world.in(b, em -> with(em, new Machine(), "of b", made -> made.kind = em.find(Kind.class, "press")));
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Kind.class, "press"))))
                .satisfies(thrown -> assertThat(refusal(thrown))
                        .hasMessageContaining("outside the open scope")
                        .hasMessageNotContaining("of b"));
        inA(em -> with(em, new Machine(), "of a", made -> made.kind = em.find(Kind.class, "press")));
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Kind.class, "press"))))
                .satisfies(thrown -> assertThat(refusal(thrown).referrers())
                        .extracting(StillReferencedException.Referrer::id)
                        .containsExactly("of a"));
        world.in(b, em -> assertThat(em.createQuery("select m.kind.id from Machine m", String.class)
                        .getResultList())
                .containsExactly("press"));
        assertThatThrownBy(() -> world.without(em -> em.remove(em.find(Kind.class, "press"))))
                .satisfies(thrown -> assertThat(refusal(thrown).referrers()).isEmpty());
        world.in(b, em -> em.remove(em.find(Machine.class, "of b")));
        passes(em -> em.remove(em.find(Kind.class, "press")));
        inA(em -> assertThat(em.find(Machine.class, "of a")).isNull());
    }
}
