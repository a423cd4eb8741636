package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Comment;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.DeviceId;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.Note;
import dev.tenantsafety.hibernate.world.Printer;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each way on which Hibernate reaches the rows of somebody else, or removes rows for good. First Hibernate alone does the
 * damage, on the same entities and tables, in a transaction that is rolled back; then we refuse, and every row of everybody is
 * as it was.
 */
@ParameterizedClass
@EnumSource(Database.class)
class RefusalTest extends WorldTest {

    private final EntityManagerFactory plain;
    private TicketId ticketOfA = TicketId.create();
    private TicketId ticketOfB = TicketId.create();
    private ProjectId projectOfB = ProjectId.create();
    private LabelId labelOfB = LabelId.create();
    private DeviceId deviceOfB = DeviceId.create();
    private UUID noteOfB = UUID.randomUUID();

    RefusalTest(Database database) {
        super(new World(database));
        plain = world.plain();
    }

    @BeforeEach
    void rows() {
        for (TenantId tenant : List.of(a, b)) {
            world.in(tenant, em -> {
                em.persist(new Customer(tenant, "customer"));
                Project project = new Project("project");
                Ticket ticket = project.ticket("printer");
                ticket.comment("paper jam");
                project.tags.add("red");
                Label label = new Label("urgent");
                em.persist(label);
                project.labels.add(label);
                em.persist(project);
                Printer printer = new Printer("laser", 1);
                em.persist(printer);
                Note note = new Note(SiteId.create(), "note");
                note.tags.add("blue");
                em.persist(note);
                if (tenant.equals(a)) {
                    ticketOfA = ticket.id;
                } else {
                    ticketOfB = ticket.id;
                    projectOfB = project.id;
                    labelOfB = label.id;
                    deviceOfB = printer.id;
                    noteOfB = note.id;
                }
            });
        }
    }

    /** What the transaction sees in all tables. */
    private String digest(Session session) {
        return session.doReturningWork(connection -> {
            StringBuilder all = new StringBuilder();
            for (String table : World.TABLES) {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery("select * from " + table + " order by 1, 2")) {
                    while (rows.next()) {
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            all.append(rows.getString(i)).append('|');
                        }
                    }
                }
            }
            return all.toString();
        });
    }

    private void hibernateAloneDoesIt(EntityManagerFactory factory, Consumer<Session> work) {
        try (EntityManager em = factory.createEntityManager()) {
            em.getTransaction().begin();
            Session session = em.unwrap(Session.class);
            String before = digest(session);
            work.accept(session);
            em.flush();
            assertThat(digest(session)).as("what Hibernate alone does").isNotEqualTo(before);
            em.getTransaction().rollback();
        }
    }

    private void weRefuse(Consumer<Session> work, Class<? extends Throwable> refusal, String message) {
        List<String> before = world.all();
        assertThatThrownBy(() -> inA(em -> {
                    work.accept(em.unwrap(Session.class));
                    em.flush();
                }))
                .satisfies(thrown -> assertThat(chain(thrown))
                        .anySatisfy(
                                cause -> assertThat(cause).isInstanceOf(refusal).hasMessageContaining(message)));
        assertThat(world.all()).isEqualTo(before);
    }

    private static List<Throwable> chain(Throwable thrown) {
        return java.util.stream.Stream.iterate(thrown, t -> t != null, Throwable::getCause)
                .toList();
    }

    private void refused(Consumer<Session> work, Class<? extends Throwable> refusal, String message) {
        hibernateAloneDoesIt(plain, work);
        weRefuse(work, refusal, message);
    }

    private void statelessRefused(Consumer<StatelessSession> work, Class<? extends Throwable> refusal, String message) {
        try (StatelessSession session = plain.unwrap(SessionFactory.class).openStatelessSession()) {
            session.beginTransaction();
            work.accept(session);
            session.getTransaction().rollback();
        }
        List<String> before = world.all();
        assertThatThrownBy(() -> TenantScope.of(a).run(() -> World.stateless(world.safe, work)))
                .satisfies(thrown -> assertThat(chain(thrown))
                        .anySatisfy(
                                cause -> assertThat(cause).isInstanceOf(refusal).hasMessageContaining(message)));
        assertThat(world.all()).isEqualTo(before);
    }

    // Rows of somebody else

    /** What it says of itself is made up. */
    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void anInstanceThatWasMadeByHandIsPointedAt() {
        refused(
                session -> {
                    Project lie = new Project("x");
                    lie.id = projectOfB;
                    lie.tenant = a;
                    Ticket made = new Ticket(lie, "on the board of B");
                    made.tenant = a;
                    session.persist(made);
                },
                ForeignRowException.class,
                "Project " + projectOfB + " is what Ticket");
        inA(em -> {
            Project own = new Project("x");
            own.id = em.createQuery("select p.id from Project p", ProjectId.class)
                    .getSingleResult();
            own.tenant = a;
            em.persist(new Ticket(own, "on our own"));
        });
    }

    @Test
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.PROTECTED)
    void aBulkUpdatePointsAtSomebodyElse() {
        refused(
                session -> session.createMutationQuery("update Ticket set project = :project where id = :id")
                        .setParameter("project", session.getReference(Project.class, projectOfB))
                        .setParameter("id", ticketOfA)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk UPDATE of Ticket.project could point rows at what is not in the open scope.");
        weRefuse(
                session -> session.createMutationQuery("update Ticket set project.id = :project")
                        .setParameter("project", projectOfB)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk UPDATE of Ticket.project");
        inA(em -> assertThat(em.createQuery("update Ticket set project = null").executeUpdate())
                .isEqualTo(1));
    }

    @Test
    @DisabledIfSystemProperty(
            named = "tests.enhanced",
            matches = "true",
            disabledReason = "Hibernate refuses it itself")
    void aDetachedInstanceThatLiesAboutItsOwnerIsRemovedInTheNativeBootstrap() {
        SessionFactory safeNative = world.nativeBootstrap(Map.of());
        Consumer<Session> work = session -> {
            Note lie = new Note(SiteId.create(), "x");
            lie.id = noteOfB;
            lie.tenant = a;
            session.remove(lie);
        };
        hibernateAloneDoesIt(world.nativeBootstrap(Map.of("tenant-safety.enabled", "false")), work);
        List<String> before = world.all();
        TenantScope.of(a).run(() -> {
            try (Session session = safeNative.openSession()) {
                session.beginTransaction();
                assertThatThrownBy(() -> {
                            work.accept(session);
                            session.flush();
                        })
                        .isInstanceOf(ForeignRowException.class)
                        .hasMessageContaining("Note " + noteOfB + " was about to be deleted");
                session.getTransaction().rollback();
            }
        });
        assertThat(world.all()).isEqualTo(before);
    }

    /** Whose a comment is, is known of its ticket alone. */
    @Test
    void nativeSqlReadsRowsThatAreOwnedThroughOthers() {
        weRefuse(
                session -> session.createNativeQuery("select * from comment", Comment.class)
                        .getResultList(),
                ForeignRowException.class,
                "was about to be loaded");
        weRefuse(
                session -> session.createNativeQuery("select c.*, 1 as one from comment c", Object.class)
                        .addEntity("c", Comment.class)
                        .addScalar("one")
                        .getResultList(),
                ForeignRowException.class,
                "was about to be loaded");
        inA(em -> assertThat(em.unwrap(Session.class)
                        .createNativeQuery("select * from comment where ticket_id = :id", Comment.class)
                        .setParameter("id", ticketOfA)
                        .getResultList())
                .hasSize(1));
    }

    /** Which says nothing of the rows that it loads. */
    @Test
    @Shows("native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too")
    void nativeSqlReadsInAStatelessSession() {
        for (String table : List.of("ticket", "comment", "note")) {
            Class<?> type = table.equals("ticket") ? Ticket.class : table.equals("note") ? Note.class : Comment.class;
            statelessRefused(
                    session -> session.createNativeQuery("select * from " + table, type)
                            .getResultList(),
                    ForeignRowException.class,
                    "was about to be loaded");
        }
        statelessRefused(
                session -> session.createNativeQuery("select * from ticket where tenant = :a", Ticket.class)
                        .setParameter("a", a)
                        .getResultStream()
                        .forEach(row -> {}),
                ForeignRowException.class,
                "cannot be scrolled through or streamed in a stateless session");
        inA(em -> em.remove(em.find(Ticket.class, ticketOfA)));
        statelessRefused(
                session -> session.createNativeQuery("select * from ticket where tenant = :a", Ticket.class)
                        .setParameter("a", a)
                        .getResultList(),
                MarkedException.class,
                "a query that no filter reaches");
    }

    @Test
    @Shows("`remove(getReference(id of somebody else))`")
    void aReferenceToARowOfSomebodyElseIsRemoved() {
        refused(
                session -> session.remove(session.getReference(Note.class, noteOfB)),
                EntityNotFoundException.class,
                "Note");
        weRefuse(
                session -> session.remove(session.getReference(Ticket.class, ticketOfB)),
                EntityNotFoundException.class,
                ticketOfB.toString());
    }

    @Test
    void aDetachedInstanceWithSomebodyElsesIdIsRemovedInTheNativeBootstrap() {
        SessionFactory plainNative = world.nativeBootstrap(Map.of("tenant-safety.enabled", "false"));
        SessionFactory safeNative = world.nativeBootstrap(Map.of());
        Consumer<Session> work = session -> {
            Label lie = new Label("x");
            lie.id = labelOfB;
            lie.tenant = a;
            session.remove(lie);
        };
        hibernateAloneDoesIt(plainNative, session -> {
            session.createNativeMutationQuery("delete from project_label").executeUpdate();
            work.accept(session);
        });
        List<String> before = world.all();
        assertThatThrownBy(() -> TenantScope.of(a).run(() -> safeNative.inTransaction(work)))
                .isInstanceOf(HardDeleteRefusedException.class);
        assertThat(world.all()).isEqualTo(before);
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void somebodyElsesRowBecomesAnAssociation() {
        refused(
                session ->
                        session.find(Ticket.class, ticketOfA).project = session.getReference(Project.class, projectOfB),
                ForeignRowException.class,
                "Project " + projectOfB + " is what Ticket " + ticketOfA + ".project would point at");
    }

    @Test
    void somebodyElsesRowBecomesTheAssociationOfANewRow() {
        refused(
                session -> {
                    Ticket made = new Ticket(session.getReference(Project.class, projectOfB), "new");
                    made.tenant = a;
                    session.persist(made);
                },
                ForeignRowException.class,
                "Project " + projectOfB);
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void somebodyElsesRowBecomesAnElement() {
        refused(
                session -> session.createSelectionQuery("from Project where tenant = :a", Project.class)
                        .setParameter("a", a)
                        .getSingleResult()
                        .labels
                        .add(session.getReference(Label.class, labelOfB)),
                ForeignRowException.class,
                "Label " + labelOfB);
    }

    @Test
    void aCommentIsWrittenToSomebodyElsesTicket() {
        refused(
                session -> session.persist(new Comment(session.getReference(Ticket.class, ticketOfB), "hello")),
                ForeignRowException.class,
                "Ticket " + ticketOfB);
    }

    @Test
    void aRowIsHandedToSomebodyElse() {
        refused(
                session -> {
                    Ticket ticket = session.find(Ticket.class, ticketOfA);
                    ticket.tenant = b;
                    ticket.title = "handed over"; // an enhanced class does not notice a change of what is generated
                },
                ForeignRowException.class,
                "Ticket " + ticketOfA + " belongs to " + a + ", and an update would hand it to " + b);
    }

    @Test
    void aRowIsCreatedForSomebodyElse() {
        refused(
                session -> {
                    Label made = new Label("x");
                    made.tenant = b;
                    session.persist(made);
                },
                ForeignRowException.class,
                "was about to be written, but is not in the open scope, " + a);
    }

    @Test
    @Shows(value = "`merge` of a copy of somebody else's, or a marked, row", in = Shows.PROTECTED)
    void aCopyOfSomebodyElsesRowIsMerged() {
        refused(
                session -> {
                    Label copy = new Label("taken over");
                    copy.id = labelOfB;
                    copy.tenant = a;
                    session.merge(copy);
                },
                MarkedException.class,
                "Label " + labelOfB + " cannot be merged");
    }

    @Test
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.PROTECTED)
    void theOwnerColumnIsUpdatedInBulk() {
        refused(
                session -> session.createMutationQuery("update Ticket set tenant = :b")
                        .setParameter("b", b)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk UPDATE of Ticket.tenant");
        refused(
                session -> session.createMutationQuery("update Device set tenant = :b")
                        .setParameter("b", b)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk UPDATE of Device.tenant");
        refused(
                session -> session.createMutationQuery(
                                "update Comment c set c.ticket = (select t from Ticket t where t.id = :id)")
                        .setParameter("id", ticketOfB)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk UPDATE of Comment.ticket");
    }

    @Test
    @Shows(value = "HQL INSERT", in = Shows.PROTECTED)
    void rowsAreInsertedInBulk() {
        refused(
                session -> session.createMutationQuery("insert into Label (id, tenant, name) values (:id, :b, 'x')")
                        .setParameter("id", LabelId.create())
                        .setParameter("b", b)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk INSERT into Label");
        refused(
                session -> session.createMutationQuery(
                                "insert into Printer (id, tenant, name, pages) values (:id, :b, 'x', 1)")
                        .setParameter("id", DeviceId.create())
                        .setParameter("b", b)
                        .executeUpdate(),
                ForeignRowException.class,
                "A bulk INSERT into Printer");
    }

    @Test
    @Shows(value = "HQL or Criteria DELETE, one table or several", in = Shows.NOT_PROTECTED)
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.PROTECTED)
    void aBulkUpdateReachesRowsOfTheScopeOnly() {
        inA(em -> assertThat(em.createQuery("update Ticket set title = 'mine'").executeUpdate())
                .isEqualTo(1));
        inA(em -> assertThat(em.createQuery("update Printer set pages = 7").executeUpdate())
                .isEqualTo(1));
        inA(em -> assertThat(em.createQuery("delete from Note").executeUpdate()).isEqualTo(1));
        assertThat(world.rows("select title from ticket")).containsExactly("mine | ", "printer | ");
        assertThat(world.rows("select pages from printer")).containsExactly("1 | ", "7 | ");
        assertThat(world.rows("select id from note")).containsExactly(noteOfB + " | ");
        assertThat(world.rows("select note_id from note_tags")).containsExactly(noteOfB + " | ");
    }

    @Test
    @Shows(value = "`disableFilter`, another ID in our filter", in = Shows.PROTECTED)
    void filtersAreDisabled() {
        for (String filter : List.of("tenantSafety_owner_tenant", "tenantSafety_alive", "~tenantSafety")) {
            weRefuse(
                    session -> {
                        count(session, "Ticket");
                        session.disableFilter(filter);
                        session.createMutationQuery("update Ticket set title = 'all'")
                                .executeUpdate();
                    },
                    ForeignRowException.class,
                    "disableFilter");
            weRefuse(
                    session -> {
                        count(session, "Ticket");
                        session.disableFilter(filter);
                        session.createSelectionQuery("from Ticket", Ticket.class)
                                .list();
                    },
                    ForeignRowException.class,
                    "disableFilter");
            weRefuse(
                    session -> {
                        count(session, "Ticket");
                        session.disableFilter(filter);
                        session.find(Ticket.class, ticketOfB);
                    },
                    ForeignRowException.class,
                    "disableFilter");
        }
    }

    @Test
    @Shows(
            value = "native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too",
            in = Shows.PROTECTED)
    void somebodyElsesRowsAreLoadedByNativeSql() {
        weRefuse(
                session -> session.createNativeQuery("select * from ticket", Ticket.class)
                        .list(),
                ForeignRowException.class,
                "Ticket " + ticketOfB + " was about to be loaded");
    }

    @Test
    @Shows(
            value = "native query that loads entities, also with `addJoin` and `addFetch`, in a `StatelessSession` too",
            in = Shows.PROTECTED)
    void markedRowsAreLoadedByNativeSql() {
        inA(em -> em.remove(em.find(Ticket.class, ticketOfA)));
        weRefuse(
                session -> session.createNativeQuery("select * from ticket where deleted_at is not null", Ticket.class)
                        .list(),
                MarkedException.class,
                "Ticket " + ticketOfA + " was deleted by ");
    }

    // Stateless sessions

    private Label lie() {
        Label lie = new Label("lie");
        lie.id = labelOfB;
        lie.tenant = a;
        return lie;
    }

    @Test
    @Shows(value = "`StatelessSession` insert, update, upsert", in = Shows.PROTECTED)
    void aStatelessSessionUpdatesSomebodyElsesRow() {
        statelessRefused(session -> session.update(lie()), ForeignRowException.class, "Label " + labelOfB);
    }

    @Test
    @Shows(value = "`StatelessSession` insert, update, upsert", in = Shows.PROTECTED)
    void aStatelessSessionUpsertsSomebodyElsesRow() {
        statelessRefused(session -> session.upsert(lie()), ForeignRowException.class, "Label " + labelOfB);
    }

    @Test
    @Shows(value = "`StatelessSession.delete`", in = Shows.PROTECTED)
    void aStatelessSessionDeletes() {
        statelessRefused(
                session -> {
                    Comment comment = session.createSelectionQuery("from Comment", Comment.class)
                            .setMaxResults(1)
                            .getSingleResult();
                    session.delete(comment);
                },
                HardDeleteRefusedException.class,
                "StatelessSession.delete on Comment");
    }

    @Test
    @Shows(value = "`StatelessSession.delete`", in = Shows.NOT_PROTECTED)
    void aStatelessSessionDeletesSomebodyElsesRow() {
        statelessRefused(
                session -> {
                    Note lie = new Note(SiteId.create(), "lie");
                    lie.id = noteOfB;
                    lie.tenant = a;
                    session.delete(lie);
                },
                ForeignRowException.class,
                "Note " + noteOfB);
    }

    @Test
    @Shows(value = "`StatelessSession` insert, update, upsert", in = Shows.PROTECTED)
    void aStatelessSessionInsertsForSomebodyElse() {
        statelessRefused(
                session -> {
                    Label made = new Label("x");
                    made.tenant = b;
                    session.insert(made);
                },
                ForeignRowException.class,
                "was about to be written, but is not in the open scope, " + a);
        statelessRefused(
                session -> {
                    Project foreign = new Project("x");
                    foreign.id = projectOfB;
                    foreign.tenant = a;
                    Ticket made = new Ticket(foreign, "new");
                    made.tenant = a;
                    session.insert(made);
                },
                ForeignRowException.class,
                "Project " + projectOfB);
    }

    @Test
    void aStatelessSessionWritesWhatIsItsOwn() {
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    Label made = new Label("made");
                    session.insert(made);
                    made.name = "changed";
                    session.update(made);
                    made.name = "again";
                    session.upsert(made);
                    Label fresh = new Label("fresh");
                    session.upsert(fresh);
                }));
        assertThat(world.rows("select name, tenant from label where name <> 'urgent'"))
                .containsExactly("again | " + a.uuid() + " | ", "fresh | " + a.uuid() + " | ");
    }

    // Rows removed for good

    @Test
    @Shows(value = "HQL or Criteria DELETE, one table or several", in = Shows.PROTECTED)
    void rowsAreDeletedInBulk() {
        refused(
                session -> session.createMutationQuery("delete from Comment").executeUpdate(),
                HardDeleteRefusedException.class,
                "A bulk DELETE on Comment would remove rows for good.");
        refused(
                session -> session.createMutationQuery("delete from Device").executeUpdate(),
                HardDeleteRefusedException.class,
                "A bulk DELETE on Device");
        refused(
                session -> session.createMutationQuery("delete from Printer where pages > 0")
                        .executeUpdate(),
                HardDeleteRefusedException.class,
                "A bulk DELETE on Printer");
        refused(
                session -> {
                    var delete = session.getCriteriaBuilder().createCriteriaDelete(Comment.class);
                    delete.from(Comment.class);
                    session.createMutationQuery(delete).executeUpdate();
                },
                HardDeleteRefusedException.class,
                "A bulk DELETE on Comment");
        statelessRefused(
                session -> session.createMutationQuery("delete from Comment").executeUpdate(),
                HardDeleteRefusedException.class,
                "A bulk DELETE on Comment");
    }

    @Test
    @Shows("native DELETE, TRUNCATE, DROP TABLE, MERGE … DELETE through Hibernate, in an anonymous block too")
    void rowsAreDeletedByNativeSql() {
        for (String sql : List.of(
                "delete from comment",
                "DELETE /* all */ FROM comment WHERE 1 = 1",
                "delete from \"" + (world.isUpperCase() ? "COMMENT" : "comment") + "\"",
                "delete from comment where id in (select id from comment)",
                "delete from note_tags")) {
            refused(
                    session -> session.createNativeMutationQuery(sql).executeUpdate(),
                    HardDeleteRefusedException.class,
                    "by native SQL would remove rows of ");
        }
        weRefuse(
                session -> session.createNativeMutationQuery("delete from note").executeUpdate(),
                HardDeleteRefusedException.class,
                "rows of Note for good, of any owner");
    }

    @Test
    @Shows(
            value = "native DELETE, TRUNCATE, DROP TABLE, MERGE … DELETE through Hibernate, in an anonymous block too",
            in = Shows.PROTECTED)
    void tablesAreTruncatedOrDroppedByNativeSql() {
        for (String sql :
                List.of("truncate table comment", "drop table comment", "drop table if exists project_tags")) {
            weRefuse(
                    session -> session.createNativeMutationQuery(sql).executeUpdate(),
                    HardDeleteRefusedException.class,
                    "by native SQL would remove rows of ");
        }
    }

    @Test
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.PROTECTED)
    void marksAreSetInBulk() {
        refused(
                session -> session.createMutationQuery("update Ticket set tombstone.deletedAt = instant")
                        .executeUpdate(),
                MarkedException.class,
                "A bulk UPDATE of Ticket.tombstone");
        refused(
                session -> session.createMutationQuery("update Printer set tombstone.deletedAt = instant")
                        .executeUpdate(),
                MarkedException.class,
                "A bulk UPDATE of Printer.tombstone");
    }

    @Test
    void aRawUuidOrAnotherKindIsNoKey() {
        inA(em -> {
            assertThatThrownBy(() -> em.find(Ticket.class, ticketOfA.uuid()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> em.find(Ticket.class, projectOfB)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> em.getReference(Ticket.class, ticketOfA.uuid()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () -> em.createQuery("from Ticket where id = :id").setParameter("id", ticketOfA.uuid()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> em.createQuery("from Ticket where id in :ids")
                            .setParameter("ids", List.of(ticketOfA.uuid())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(
                            () -> em.createQuery("from Ticket where id = :id").setParameter("id", deviceOfB))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }
}
