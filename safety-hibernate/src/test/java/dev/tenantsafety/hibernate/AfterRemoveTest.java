package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.List;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the session that removed a row sees of it until the transaction ends. */
@ParameterizedClass
@EnumSource(Database.class)
class AfterRemoveTest extends WorldTest {

    private ProjectId project = ProjectId.create();
    private TicketId ticket = TicketId.create();

    AfterRemoveTest(Database database) {
        super(new World(database));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Project made = new Project("office");
            ticket = made.ticket("printer").id;
            made.ticket("coffee");
            em.persist(made);
            project = made.id;
        });
    }

    private List<String> marked() {
        return world.rows("select title from ticket where deleted_at is not null");
    }

    private Ticket removed(EntityManager em, boolean isFlushed) {
        Ticket found = em.find(Ticket.class, ticket);
        em.remove(found);
        if (isFlushed) {
            em.flush();
        }
        return found;
    }

    @Test
    @Shows(
            value = "`find`, `findMultiple`",
            in = {Shows.BEFORE_THE_FLUSH, Shows.AFTER_IT})
    void neitherOneIsFoundNorAmongMany() {
        for (boolean isFlushed : new boolean[] {false, true}) {
            inA(em -> {
                Ticket found = removed(em, isFlushed);
                assertThat(em.find(Ticket.class, ticket)).isNull();
                assertThat(em.unwrap(Session.class).findMultiple(Ticket.class, List.of(ticket)))
                        .containsExactly((Ticket) null);
                em.persist(found);
            });
        }
    }

    @Test
    @Shows(
            value = "collections",
            in = {Shows.BEFORE_THE_FLUSH, Shows.AFTER_IT, Shows.IN_ANOTHER_SESSION})
    void collectionsStayAsTheyWereLoaded() {
        inA(em -> {
            Project loaded = (Project) Hibernate.unproxy(em.find(Project.class, project));
            assertThat(loaded.tickets).hasSize(2);
            removed(em, false);
            assertThat(loaded.tickets).hasSize(2);
            em.flush();
            assertThat(loaded.tickets).hasSize(2);
        });
        inA(em -> assertThat(em.find(Project.class, project).tickets)
                .extracting(found -> found.title)
                .containsExactly("coffee"));
        assertThat(marked()).containsExactly("printer | ");
    }

    @Test
    @Shows("`persist(x)`")
    void persistTakesTheMarkBack() {
        for (boolean isFlushed : new boolean[] {false, true}) {
            inA(em -> {
                Ticket found = removed(em, isFlushed);
                em.persist(found);
                assertThat(em.find(Ticket.class, ticket)).isSameAs(found);
            });
            assertThat(marked()).isEmpty();
        }
    }

    @Test
    @Shows(value = "`refresh(x)`", in = Shows.BEFORE_THE_FLUSH)
    void refreshReadsItAliveBeforeTheFlush() {
        inA(em -> {
            Ticket found = removed(em, false);
            em.refresh(found);
            assertThat(em.find(Ticket.class, ticket)).isSameAs(found);
        });
        assertThat(marked()).isEmpty();
    }

    /** As a mapper does that copies all attributes of a form; Hibernate alone deletes such a row. */
    @Test
    void aTombstoneThatIsSetToNullIsIgnored() {
        for (boolean isFlushed : new boolean[] {false, true}) {
            DeletionId[] deletion = new DeletionId[1];
            inA(em -> deletion[0] = Deletions.of(em).because("lifted by hand", () -> {
                Ticket found = removed(em, isFlushed);
                found.tombstone = null;
                found.title = "changed";
            }));
            assertThat(marked()).containsExactly("printer | ");
            assertThat(world.rows("select marked from tenant_safety_deletion where undone_at is null"))
                    .containsExactly("Ticket 1 | ");
            inA(em -> Deletions.of(em).undo(deletion[0]));
            assertThat(world.rows("select title from ticket where deleted_at is null order by title"))
                    .containsExactly("coffee | ", "printer | ");
        }
        inA(
                em -> { // and without a reason, in the transaction itself
                    Ticket found = removed(em, true);
                    found.tombstone = null;
                });
        assertThat(marked()).containsExactly("printer | ");
    }

    @Test
    @Shows("`remove(x)` again")
    void removeAgainDoesNothing() {
        inA(em -> {
            Ticket found = removed(em, false);
            em.remove(found);
            em.flush();
            em.remove(found);
            em.flush();
        });
        assertThat(marked()).containsExactly("printer | ");
        assertThat(world.rows("select marked from tenant_safety_deletion")).containsExactly("Ticket 1 | ");
    }
}
