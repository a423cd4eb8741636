package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.hibernate.world.Comment;
import dev.tenantsafety.hibernate.world.CommentId;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What users of other libraries reported and no other test shows; the numbers are those of docs/peer-reports.md. */
@ParameterizedClass
@EnumSource(Database.class)
class PeerReportsTest extends WorldTest {

    private final ProjectId project;
    private final TicketId ticket;
    private final TicketId second;
    private final CommentId comment;
    private final LabelId label;
    private LabelId labelOfB = LabelId.create();
    private CommentId commentOfB = CommentId.create();

    PeerReportsTest(Database database) {
        super(new World(database));
        project = ProjectId.create();
        ticket = TicketId.create();
        second = TicketId.create();
        comment = CommentId.create();
        label = LabelId.create();
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Project made = new Project("project");
            made.id = project;
            made.tags.add("tag");
            Label only = new Label("only");
            only.id = label;
            em.persist(only);
            made.labels.add(only);
            Ticket first = made.ticket("first");
            first.id = ticket;
            first.comment("one").id = comment;
            first.comment("two");
            made.ticket("second").id = second;
            em.persist(made);
        });
        world.in(b, em -> {
            Project made = new Project("of b");
            Label of = new Label("of b");
            em.persist(of);
            labelOfB = of.id;
            made.labels.add(of);
            commentOfB = made.ticket("of b").comment("of b").id;
            em.persist(made);
        });
    }

    private <E extends SoftDeletable> DeletionId mark(Class<E> type, Object id) {
        return world.get(a, em -> Deletions.of(em).mark(type, List.of(id), "test"));
    }

    private static List<String> texts(EntityManager em, String hql) {
        return em.createQuery(hql, String.class).getResultList();
    }

    @Test
    void report4AJoinOfAnEntityHasItsConditions() {
        mark(Comment.class, comment);
        inA(em -> assertThat(texts(em, "select c.text from Ticket t join Comment c on c.ticket = t"))
                .containsExactly("two"));
        inA(em -> assertThat(texts(em, "select c.text from Ticket t left join Comment c on c.text is not null"))
                .containsOnly("two"));
    }

    @Test
    void report7KeysAloneAreThoseOfAliveRows() {
        mark(Comment.class, comment);
        inA(em -> assertThat(em.createQuery("select id(c) from Comment c", CommentId.class)
                        .getResultList())
                .hasSize(1)
                .doesNotContain(comment, commentOfB));
    }

    @Test
    void report8AParentIsFoundWithNoChildAlive() {
        mark(Label.class, label);
        inA(em -> assertThat(em.createQuery("from Project p left join fetch p.labels", Project.class)
                        .getSingleResult()
                        .labels)
                .isEmpty());
    }

    @Test
    void report9ACollectionWithNoElementAliveIsEmpty() {
        mark(Label.class, label);
        inA(em -> {
            assertThat(texts(em, "select p.name from Project p where p.labels is not empty"))
                    .isEmpty();
            assertThat(texts(em, "select p.name from Project p where p.labels is empty"))
                    .containsExactly("project");
        });
    }

    @Test
    void report10ARefreshedCollectionHasWhatIsAlive() {
        inA(em -> {
            Ticket found = em.find(Ticket.class, ticket);
            em.remove(found.comments.get(0));
            em.flush();
            em.refresh(found);
            assertThat(found.comments).hasSize(1);
        });
    }

    @Test
    void report11WhatIsOpenWhenACollectionIsReadCounts() {
        mark(Comment.class, comment);
        inA(em -> {
            Ticket found = IncludeDeleted.because("test").call(() -> em.find(Ticket.class, ticket));
            assertThat(found.comments).hasSize(1);
        });
    }

    @Test
    void report14WhatWasReadFromTheBinIsNotFoundOutsideOfIt() {
        mark(Label.class, label);
        inA(em -> {
            Label found = IncludeDeleted.because("test").call(() -> em.find(Label.class, label));
            assertThat(found.name).isEqualTo("only");
            assertThat(em.find(Label.class, label)).isNull();
        });
    }

    @Test
    void reports19And20WhatIsReadLaterIsReadInItsOwnScope() {
        try (EntityManager em = world.safe.createEntityManager()) {
            TenantScope ofA = TenantScope.of(a);
            Stream<Ticket> stream =
                    ofA.call(() -> em.createQuery("from Ticket", Ticket.class).getResultStream());
            Ticket found = ofA.call(() -> em.find(Ticket.class, ticket));
            TenantScope.of(b).run(() -> {
                assertThatThrownBy(() -> found.comments.size()).isInstanceOf(TenantSafetyException.class);
                assertThatThrownBy(() ->
                                em.createQuery("from Ticket", Ticket.class).getResultStream())
                        .isInstanceOf(TenantSafetyException.class);
            });
            stream.close();
        }
    }

    @Test
    void reports28And30ManyAreCreatedForTheOpenScope() {
        TenantScope.of(a)
                .run(() -> World.stateless(
                        world.safe, session -> session.insertMultiple(List.of(new Label("x"), new Label("y")))));
        assertThat(world.count("label where tenant = '" + a.uuid() + "' and name in ('x', 'y')"))
                .isEqualTo(2);
        Label ofB = new Label("z");
        ofB.tenant = b;
        assertThatThrownBy(() -> TenantScope.of(a)
                        .run(() -> World.stateless(
                                world.safe, session -> session.insertMultiple(List.of(new Label("w"), ofB)))))
                .isInstanceOf(ForeignRowException.class);
        assertThat(world.count("label where name in ('z', 'w')")).isZero();
    }

    @Test
    void report31ASubqueryOfABulkUpdateReadsTheScope() {
        inA(em -> em.createQuery("update Label set name = (select max(p.name) from Project p)")
                .executeUpdate());
        assertThat(world.rows("select name from label")).containsExactly("of b | ", "project | ");
        inA(em -> assertThat(em.createQuery(
                                "update Label set name = 'x' where exists (select 1 from Project p where p.name = 'of b')")
                        .executeUpdate())
                .isZero());
    }

    @Test
    void report42ASecondFlushWritesNothingMore() {
        inA(em -> {
            em.remove(em.find(Ticket.class, second));
            em.flush();
            em.flush();
        });
        assertThat(world.count("ticket where version = 1 and deleted_at is not null"))
                .isEqualTo(1);
    }

    @Test
    void report55AChildThatIsMovedToAnotherParentIsAliveOrAsInPlainHibernate() {
        inA(em -> {
            Ticket from = em.find(Ticket.class, ticket);
            Ticket to = em.find(Ticket.class, second);
            Comment moved = from.comments.remove(0);
            moved.ticket = to;
            to.comments.add(moved);
        });
        long alive = world.count("comment where deleted_at is null and ticket_id = '" + second.uuid() + "'");
        inA(em -> assertThat(em.find(Ticket.class, second).comments).hasSize((int) alive));
        assertThat(world.count("comment where ticket_id in (select id from ticket where tenant = '" + a.uuid() + "')"))
                .isEqualTo(2);
    }

    @Test
    void report63LinksAndElementsComeBack() {
        List<String> links = world.rows("select * from project_label");
        List<String> tags = world.rows("select * from project_tags");
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Project.class, project))));
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.rows("select * from project_label")).isEqualTo(links);
        assertThat(world.rows("select * from project_tags")).isEqualTo(tags);
        inA(em -> assertThat(em.find(Project.class, project).labels).hasSize(1));
    }

    @Test
    void report81TheBinHasMarkedElementsToo() {
        mark(Label.class, label);
        IncludeDeleted.because("test")
                .run(() -> inA(
                        em -> assertThat(em.find(Project.class, project).labels).hasSize(1)));
    }

    @Test
    void report101AcrossTenantsCollectionsAreRead() {
        CrossTenant.read("test")
                .run(() ->
                        world.without(em -> assertThat(em.createQuery("from Ticket where title = 'of b'", Ticket.class)
                                        .getSingleResult()
                                        .comments)
                                .hasSize(1)));
    }

    @Test
    void report99AnOwnerIsNotChangedAcrossTenantsEither() {
        assertThatThrownBy(() -> CrossTenant.write("test")
                        .run(() -> world.without(em -> em.find(Label.class, labelOfB).tenant = a)))
                .hasCauseInstanceOf(ForeignRowException.class);
        assertThat(world.count("label where id = '" + labelOfB.uuid() + "' and tenant = '" + b.uuid() + "'"))
                .isEqualTo(1);
    }
}
