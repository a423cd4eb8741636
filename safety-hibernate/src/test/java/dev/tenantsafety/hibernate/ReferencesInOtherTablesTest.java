package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.SecondaryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References that stand in a secondary table or in a join table are followed by a mark as those in the row itself. */
@ParameterizedClass
@EnumSource(Database.class)
class ReferencesInOtherTablesTest extends WorldTest {

    @Entity(name = "Person")
    static class Person implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Job")
    @Inheritance(strategy = InheritanceType.JOINED)
    @SecondaryTable(name = "job_more")
    static class Job implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "job_person")
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Person joined;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(table = "job_more")
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Person secondary;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "NightJob")
    static class NightJob extends Job {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "night_person")
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Person guard;
    }

    @Entity(name = "Parent")
    static class Parent implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "joined", cascade = CascadeType.ALL)
        List<Child> joined = new ArrayList<>();

        @OneToMany(mappedBy = "secondary", cascade = CascadeType.ALL)
        List<Child> secondary = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Child")
    @SecondaryTable(name = "child_more")
    static class Child implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinTable(name = "child_parent")
        @Nullable
        Parent joined;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(table = "child_more")
        @Nullable
        Parent secondary;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    ReferencesInOtherTablesTest(Database database) {
        super(new World(
                database, List.of(Person.class, Job.class, NightJob.class, Parent.class, Child.class), Map.of()));
    }

    private void job(long id, Supplier<Job> made, BiConsumer<Job, Person> points) {
        inA(em -> {
            Person person = new Person();
            person.id = id;
            em.persist(person);
            Job job = made.get();
            job.id = id;
            points.accept(job, person);
            em.persist(job);
        });
    }

    private DeletionId mark(long id) {
        return world.get(a, em -> Deletions.of(em).mark(Person.class, List.of(id), "left"));
    }

    @Test
    void cascades() {
        job(1, Job::new, (job, person) -> job.joined = person);
        job(2, Job::new, (job, person) -> job.secondary = person);
        job(3, NightJob::new, (job, person) -> ((NightJob) job).guard = person);
        job(4, NightJob::new, (job, person) -> job.joined = person);
        for (long id = 1; id <= 4; id++) {
            long each = id;
            DeletionId deletion = mark(each);
            inA(em -> {
                assertThat(em.find(Person.class, each)).isNull();
                assertThat(em.find(Job.class, each)).isNull();
                assertThat(count(em, "Job")).isEqualTo(3);
                Deletions.of(em).undo(deletion);
                assertThat(count(em, "Job")).isEqualTo(4);
            });
            DeletionId removed =
                    world.get(a, em -> Deletions.of(em).because("left", () -> em.remove(em.find(Person.class, each))));
            inA(em -> {
                assertThat(em.find(Job.class, each)).isNull();
                Deletions.of(em).undo(removed);
            });
        }
    }

    /** As of those in the row itself: children that another session adds meanwhile are marked, where the parent cascades REMOVE. */
    @Test
    void cascadesOfTheParentReachThem() {
        for (boolean isJoined : List.of(true, false)) {
            long id = isJoined ? 1 : 2;
            inA(em -> {
                Parent parent = new Parent();
                parent.id = id;
                em.persist(parent);
            });
            inA(em -> {
                Parent parent = em.find(Parent.class, id);
                assertThat(isJoined ? parent.joined : parent.secondary).isEmpty();
                inA(other -> {
                    Child child = new Child();
                    child.id = id;
                    Parent same = other.find(Parent.class, id);
                    child.joined = isJoined ? same : null;
                    child.secondary = isJoined ? null : same;
                    other.persist(child);
                });
                em.remove(parent);
            });
            inA(em -> assertThat(em.find(Child.class, id)).isNull());
        }
    }
}
