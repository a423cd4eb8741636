package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.AccountId;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.Note;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Site;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.hibernate.Filter;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How far marks, their undoing and their records reach: as far as the open scope, and no farther. */
@ParameterizedClass
@EnumSource(Database.class)
class ReachTest extends WorldTest {

    private final SiteId site = SiteId.create();
    private ProjectId project = ProjectId.create();
    private TicketId ticket = TicketId.create();
    private LabelId label = LabelId.create();

    ReachTest(Database database) {
        super(new World(database));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            em.persist(new Customer(a, "A"));
            em.persist(new Site(site, "Berlin"));
            em.persist(new Note(site, "of the site"));
            Project board = new Project("project");
            em.persist(board);
            project = board.id;
            Ticket made = board.ticket("printer");
            made.comment("jam");
            ticket = made.id;
            Label urgent = new Label("urgent");
            em.persist(urgent);
            label = urgent.id;
        });
    }

    private DeletionId deletionOf(String table) {
        String uuid = world.rows("select deletion_id from " + table + " where deletion_id is not null")
                .get(0)
                .replace(" | ", "");
        return new DeletionId(UUID.fromString(uuid));
    }

    private List<String> undone() {
        return world.rows("select undone_by from tenant_safety_deletion");
    }

    // Undoing

    @Test
    void whoseRowsCameNotBackHasNothingUndone() {
        DeletionId[] deletion = new DeletionId[1];
        inA(em -> deletion[0] = Deletions.of(em).because("end", () -> em.remove(em.find(Ticket.class, ticket))));
        world.in(b, em -> Deletions.of(em).undo(deletion[0]));
        assertThat(undone()).containsExactly("null | ");
        inA(em -> Deletions.of(em).undo(deletion[0]));
        assertThat(undone()).doesNotContain("null | ");
    }

    @Test
    void whatIsGoneForGoodWasNotUndone() {
        DeletionId[] deletion = new DeletionId[1];
        inA(em -> deletion[0] = Deletions.of(em).because("end", () -> em.remove(em.find(Label.class, label))));
        world.sql("delete from label");
        world.in(b, em -> Deletions.of(em).undo(deletion[0]));
        assertThat(undone()).containsExactly("null | ");
    }

    @Test
    void aPartOfItIsNotAllOfIt() {
        DeletionId[] deletion = new DeletionId[1];
        CrossTenant.write("both")
                .run(() -> world.without(em -> {
                    Label other = new Label("of b");
                    other.tenant = b;
                    em.persist(other);
                    em.flush();
                    deletion[0] = Deletions.of(em).because("end", () -> {
                        em.remove(em.find(Label.class, label));
                        em.remove(other);
                    });
                }));
        inA(em -> assertThat(Deletions.of(em).undo(deletion[0]).total()).isEqualTo(1));
        assertThat(undone()).containsExactly("null | ");
        world.in(b, em -> assertThat(Deletions.of(em).undo(deletion[0]).total()).isEqualTo(1));
        assertThat(undone()).doesNotContain("null | ");
    }

    @Test
    void whoMayOnlyReadCannotUndo() {
        DeletionId[] deletion = new DeletionId[1];
        inA(em -> deletion[0] = Deletions.of(em).because("end", () -> em.remove(em.find(Label.class, label))));
        List<String> before = world.all();
        assertThatThrownBy(() -> CrossTenant.read("report")
                        .run(() -> world.without(em -> Deletions.of(em).undo(deletion[0]))))
                .isInstanceOf(CrossTenantReadOnlyException.class);
        assertThat(world.all()).isEqualTo(before);
    }

    @Test
    void oneIdMayBeTheBeginningOfAnother() {
        DeletionId[] deletion = new DeletionId[1];
        TenantScope.of(a)
                .narrow(new AccountId(12))
                .run(() -> world.without(em ->
                        deletion[0] = Deletions.of(em).because("end", () -> em.remove(em.find(Label.class, label)))));
        TenantScope.of(a)
                .narrow(new AccountId(1))
                .run(() -> world.without(
                        em -> assertThat(Deletions.of(em).find(deletion[0])).isEmpty()));
        TenantScope.of(a)
                .narrow(new AccountId(12))
                .run(() -> world.without(
                        em -> assertThat(Deletions.of(em).find(deletion[0])).isPresent()));
    }

    // Records

    private void recordsStay(String message, Consumer<EntityManager> removal) {
        assertThatThrownBy(() -> inA(em -> {
                    removal.accept(em);
                    em.flush();
                }))
                .isInstanceOf(HardDeleteRefusedException.class)
                .hasMessageStartingWith(message);
        assertThat(undone()).hasSize(1);
    }

    @Test
    @Shows("any change of records of deletions: bulk, native, `remove`, stateless, managed")
    void recordsAreNotRemoved() {
        inA(em -> em.remove(em.find(Label.class, label)));
        recordsStay(
                "A bulk statement on DeletionRecord would remove or change records of deletions",
                em -> em.createQuery("delete from DeletionRecord").executeUpdate());
        recordsStay(
                "A bulk statement on DeletionRecord would remove or change",
                em -> em.createQuery("update DeletionRecord set reason = 'x'").executeUpdate());
        recordsStay("An update of a DeletionRecord would", em -> stateless(em, StatelessSession::update));
        recordsStay("An upsert of a DeletionRecord would", em -> stateless(em, StatelessSession::upsert));
        recordsStay("A delete of a DeletionRecord would", em -> stateless(em, StatelessSession::delete));
        assertThatThrownBy(() -> inA(em -> em.createNativeQuery("update tenant_safety_deletion set reason = 'x'")
                        .executeUpdate()))
                .isInstanceOf(MarkedException.class);
        recordsStay(
                "DELETE by native SQL would remove rows of DeletionRecord",
                em -> em.createNativeQuery("delete from tenant_safety_deletion").executeUpdate());
        recordsStay("remove(…) of a DeletionRecord would remove or change", em -> em.createQuery(
                        "from DeletionRecord", DeletionRecord.class)
                .getResultList()
                .forEach(em::remove));
    }

    private void stateless(EntityManager em, BiConsumer<StatelessSession, Object> change) {
        DeletionRecord record =
                em.createQuery("from DeletionRecord", DeletionRecord.class).getSingleResult();
        World.stateless(world.safe, session -> change.accept(session, record));
    }

    @Test
    void whatFailedHalfwayIsRecordedIfItIsCommitted() {
        inA(em -> assertThatThrownBy(() -> Deletions.of(em).because("end", () -> {
                    em.remove(em.find(Label.class, label));
                    em.flush();
                    throw new IllegalStateException("halfway");
                }))
                .hasMessage("halfway"));
        assertThat(world.rows("select marked, reason from tenant_safety_deletion"))
                .containsExactly("Label 1 | end | ");
        inA(em -> Deletions.of(em).undo(deletionOf("label")));
        inA(em -> assertThat(em.find(Label.class, label)).isNotNull());
    }

    @Test
    void manyAreMarkedAllOrNone() {
        List<LabelId> labels = new ArrayList<>();
        inA(em -> {
            for (int i = 0; i < 501; i++) {
                Label made = new Label("label " + i);
                em.persist(made);
                labels.add(made.id);
            }
        });
        LabelId missing = LabelId.create();
        labels.add(missing);
        inA(em -> assertThatThrownBy(() -> Deletions.of(em).mark(Label.class, labels, "end"))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("Label " + missing + " was to be marked"));
        assertThat(world.rows("select 1 from label where deleted_at is not null"))
                .isEmpty();
        labels.remove(missing);
        inA(em -> Deletions.of(em).mark(Label.class, labels, "end"));
        assertThat(undone()).hasSize(1);
        assertThat(world.rows("select 1 from label where deleted_at is not null"))
                .hasSize(501);
    }

    @Test
    void marksThatWereNeverWrittenAreNotRecorded() {
        inA(em -> {
            em.remove(em.find(Label.class, label));
            em.flush();
            em.clear();
            em.remove(em.find(Ticket.class, ticket));
            em.clear();
        });
        assertThat(world.rows("select marked from tenant_safety_deletion")).containsExactly("Label 1 | ");
        inA(em -> assertThat(em.find(Ticket.class, ticket)).isNotNull());
    }

    // Filters, and who looks at statements

    @Test
    @Shows(value = "`disableFilter`, another ID in our filter", in = Shows.PROTECTED)
    void aFilterTakesNobodyElsesId() {
        assertThatThrownBy(() -> inA(em -> {
                    em.createQuery("from Label", Label.class).getResultList();
                    Filter filter = em.unwrap(Session.class).getEnabledFilter("tenantSafety_owner_tenant");
                    filter.setParameter("owner_id", b);
                }))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("takes nobody else's ID");
    }

    @Test
    @Shows(value = "a session with a `StatementInspector` of its own", in = Shows.PROTECTED)
    void aSessionDoesWithoutAnInspectorOfItsOwn() {
        UnaryOperator<String> theirs = sql -> sql;
        TenantScope.of(a).run(() -> {
            try (Session session = world.safe
                    .unwrap(SessionFactory.class)
                    .withOptions()
                    .statementInspector(theirs)
                    .openSession()) {
                assertThatThrownBy(() -> session.find(Label.class, label))
                        .isInstanceOf(HardDeleteRefusedException.class)
                        .hasMessageContaining("StatementInspector of its own");
            }
        });
    }

    // Marked rows, seen on purpose

    @Test
    @Shows(value = "HQL or Criteria UPDATE", in = Shows.PROTECTED)
    void aBulkUpdateDoesNotReachWhatIsMarked() {
        inA(em -> em.remove(em.find(Label.class, label)));
        List<String> before = world.all();
        assertThatThrownBy(() -> IncludeDeleted.because("trash")
                        .run(() -> inA(em ->
                                em.createQuery("update Label set name = 'x'").executeUpdate())))
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining("would change marked rows too");
        assertThat(world.all()).isEqualTo(before);
    }

    @Test
    void anUpsertLiftsNoMarkAndSetsNone() {
        inA(em -> em.remove(em.find(Label.class, label)));
        List<String> before = world.all();
        Label over = new Label("over it");
        over.id = label;
        over.tenant = a;
        Runnable upsert =
                () -> TenantScope.of(a).run(() -> World.stateless(world.safe, session -> session.upsert(over)));
        assertThatThrownBy(() -> IncludeDeleted.because("trash").run(upsert)).isInstanceOf(ForeignRowException.class);
        over.id = LabelId.create();
        over.tombstone = new Tombstone(Instant.EPOCH, "me", DeletionId.create());
        assertThatThrownBy(upsert::run).isInstanceOf(MarkedException.class);
        assertThat(world.all()).isEqualTo(before);
    }

    @Test
    void aCollectionIsReplacedAndLinksOfMarkedElementsStay() {
        inA(em -> em.find(Project.class, project).labels.add(em.find(Label.class, label)));
        inA(em -> em.remove(em.find(Label.class, label)));
        List<String> before = world.all();
        inA(em -> em.find(Project.class, project).labels = new HashSet<>());
        assertThat(world.all()).isEqualTo(before);
        inA(em -> em.find(Project.class, project).labels.clear());
        inA(em -> Deletions.of(em).undo(deletionOf("label")));
        inA(em -> assertThat(em.find(Project.class, project).labels).hasSize(1));
        inA(em -> em.find(Project.class, project).labels = new HashSet<>()); // nobody is hidden
        inA(em -> assertThat(em.find(Project.class, project).labels).isEmpty());
    }

    // Closed units

    @Test
    void aMarkedSiteHidesItsRowsFromItsTenantToo() {
        inA(em -> assertThat(count(em, "Note")).isEqualTo(1));
        inA(em -> em.remove(em.find(Site.class, site)));
        inA(em -> assertThat(count(em, "Note")).isZero());
        inA(em -> assertThat(em.createQuery("update Note set text = 'x'").executeUpdate())
                .isZero());
        IncludeDeleted.because("trash")
                .run(() -> inA(em -> assertThat(count(em, "Note")).isEqualTo(1)));
        inA(em -> Deletions.of(em).undo(deletionOf("site")));
        inA(em -> assertThat(count(em, "Note")).isEqualTo(1));
    }

    @Test
    void aSiteOfAMarkedTenantIsNotEnteredEither() {
        TenantScope.of(site)
                .run(() -> world.without(em -> assertThat(count(em, "Note")).isEqualTo(1)));
        inA(em -> em.remove(em.find(Customer.class, a)));
        assertThatThrownBy(() -> TenantScope.of(site).run(() -> world.without(em -> count(em, "Note"))))
                .isInstanceOf(MarkedException.class)
                .hasMessageStartingWith("The scope of " + site + " cannot be entered: the Customer of Site " + site
                        + " was deleted by deletion_");
    }

    @Test
    void whatAMarkedUnitOwnsCanBeSeenAndNotChanged() {
        inA(em -> em.remove(em.find(Customer.class, a)));
        List<String> before = world.all();
        assertThatThrownBy(() -> IncludeDeleted.because("trash")
                        .run(() -> inA(em -> {
                            em.find(Label.class, label).name = "x";
                        })))
                .isInstanceOf(RuntimeException.class)
                .rootCause()
                .isInstanceOf(MarkedException.class);
        assertThatThrownBy(() -> inA(em -> {
                    IncludeDeleted.because("trash").run(() -> em.find(Label.class, label));
                    count(em, "Label");
                }))
                .isInstanceOf(MarkedException.class);
        assertThat(world.all()).isEqualTo(before);
        IncludeDeleted.because("trash")
                .run(() -> inA(em -> assertThat(em.createQuery("select c.text from Comment c", String.class)
                                .getResultList())
                        .containsExactly("jam")));
    }
}
