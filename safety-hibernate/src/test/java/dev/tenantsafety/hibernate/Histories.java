package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Comment;
import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.hibernate.world.Label;
import dev.tenantsafety.hibernate.world.Milestone;
import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionImplementor;

/**
 * Random histories of a tenant's work, on random graphs, through every way that Hibernate has, with attacks on the others between. Whatever happens, the rows of the
 * other tenants are as they were; the undo of the last deletion gives back the state before it; and what was in the bin before
 * stays there. A thousand of them, half in each of two classes, for these run side by side.
 */
abstract class Histories {

    private static final List<String> MARKED = List.of("project", "ticket", "comment", "milestone", "label");
    private static final int STEPS = 12;

    private static World world;

    @BeforeContainer
    static void start() {
        world = new World(Database.H2);
    }

    @AfterContainer
    static void stop() {
        world.close();
    }

    /** A hundred times five, and twice: this class has two subclasses. */
    @Property(tries = 100)
    void othersAreLeftAloneAndTheLastDeletionCanBeUndone(@ForAll long seed) {
        Random seeds = new Random(seed);
        for (int i = 0; i < Cases.of(5); i++) {
            play(seeds.nextLong(), world);
        }
    }

    static void play(long seed, World on) {
        Random random = new Random(seed);
        TenantId tenant = TenantId.create();
        TenantId other = TenantId.create();
        for (TenantId each : List.of(tenant, other)) {
            on.in(each, em -> {
                em.persist(new Customer(each, "customer"));
                graph(em, random);
            });
        }
        List<String> others = everyColumnOf(on, other);
        for (int step = 0; step < STEPS; step++) {
            List<String> before = rowsOf(on, tenant);
            List<String> bin = bin(on, tenant, Optional.empty());
            if (random.nextInt(8) == 0) {
                attack(on, tenant, other, random);
            }
            int move = random.nextInt(14);
            long moveSeed = random.nextLong();
            Optional<DeletionId> deletion = on.get(tenant, em -> move(em, move, new Random(moveSeed)));
            assertThat(everyColumnOf(on, other))
                    .as("seed %s, step %s, move %s: rows of others", seed, step, move)
                    .isEqualTo(others);
            if (deletion.isPresent()) {
                DeletionId last = deletion.get();
                assertThat(bin(on, tenant, Optional.of(last)))
                        .as("bin, seed %s, move %s", seed, move)
                        .isEqualTo(bin);
                if (random.nextBoolean()) {
                    on.in(other, em -> assertThat(Deletions.of(em).undo(last).total())
                            .isZero());
                    on.in(tenant, em -> Deletions.of(em).undo(last));
                    assertThat(rowsOf(on, tenant))
                            .as("seed %s, step %s, move %s: after the undo", seed, step, move)
                            .isEqualTo(before);
                }
            }
        }
        assertThat(everyColumnOf(on, other)).isEqualTo(others);
        on.empty(); // or each history would be slower than the one before
    }

    /** On rows of the other, and on all rows; each is refused. */
    private static void attack(World on, TenantId tenant, TenantId other, Random random) {
        TicketId theirs = on.get(other, em -> any(em, Ticket.class, random).map(ticket -> ticket.id))
                .orElseGet(TicketId::create);
        ProjectId project = on.get(other, em -> any(em, Project.class, random).map(found -> found.id))
                .orElseThrow();
        List<Consumer<EntityManager>> attacks = List.of(
                em -> em.remove(em.getReference(Ticket.class, theirs)),
                em -> em.persist(new Ticket(em.getReference(Project.class, project), "planted")),
                em -> em.createQuery("delete from Ticket").executeUpdate(),
                em -> em.createNativeQuery("delete from comment").executeUpdate(),
                em -> em.createQuery("update Ticket set project = :p")
                        .setParameter("p", em.getReference(Project.class, project))
                        .executeUpdate());
        Consumer<EntityManager> attack = attacks.get(random.nextInt(attacks.size()));
        List<String> before = rowsOf(on, tenant);
        assertThatThrownBy(() -> on.in(tenant, em -> {
                    attack.accept(em);
                    em.flush();
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(rowsOf(on, tenant)).isEqualTo(before);
    }

    private static void graph(EntityManager em, Random random) {
        for (int p = 0; p <= random.nextInt(3); p++) {
            Project project = new Project("project " + p);
            for (int t = 0; t < random.nextInt(4); t++) {
                Ticket ticket = project.ticket("ticket " + t);
                for (int c = 0; c < random.nextInt(3); c++) {
                    ticket.comment("comment " + c);
                }
            }
            for (int m = 0; m < random.nextInt(3); m++) {
                project.milestones.add(new Milestone("milestone " + m));
            }
            for (int l = 0; l < random.nextInt(3); l++) {
                Label label = new Label("label " + l);
                em.persist(label);
                project.labels.add(label);
            }
            project.tags.add("tag " + p);
            em.persist(project);
        }
    }

    /** Does one thing; gives the deletion if it was one that removes, and nothing else. */
    private static Optional<DeletionId> move(EntityManager em, int move, Random random) {
        Deletions deletions = Deletions.of(em);
        Project project = any(em, Project.class, random).orElse(null);
        Ticket ticket = any(em, Ticket.class, random).orElse(null);
        switch (move) {
            case 0 -> graph(em, random);
            case 1 -> {
                if (ticket != null) {
                    ticket.title = "changed " + random.nextInt();
                    ticket.comment("another");
                }
            }
            case 2 -> {
                return project == null ? Optional.empty() : removing(deletions, () -> em.remove(project));
            }
            case 3 -> {
                return ticket == null ? Optional.empty() : removing(deletions, () -> em.remove(ticket));
            }
            case 4 -> {
                return project == null
                        ? Optional.empty()
                        : removing(deletions, () -> project.tickets.removeIf(t -> random.nextBoolean()));
            }
            case 5 -> {
                return project == null ? Optional.empty() : removing(deletions, project.milestones::clear);
            }
            case 6 -> {
                return any(em, Label.class, random).flatMap(label -> removing(deletions, () -> em.remove(label)));
            }
            case 7 -> {
                return any(em, Comment.class, random)
                        .flatMap(comment -> removing(deletions, () -> {
                            em.remove(em.getReference(Comment.class, comment.id));
                        }));
            }
            case 8 -> {
                if (project != null && !project.tickets.isEmpty()) {
                    Ticket taken = project.tickets.remove(0);
                    em.flush();
                    project.tickets.add(taken);
                }
            }
            case 9 -> {
                if (ticket != null) {
                    em.remove(ticket);
                    em.flush();
                    em.persist(ticket);
                }
            }
            case 10 -> {
                em.createQuery("update Ticket set title = 'bulk'").executeUpdate();
                if (project != null) {
                    project.tags.add("tag " + random.nextInt(3));
                    project.labels.clear();
                }
            }
            case 11 -> {
                if (ticket != null) {
                    em.detach(ticket);
                    ticket.title = "merged " + random.nextInt();
                    em.merge(ticket);
                }
            }
            case 12 -> {
                try (StatelessSession session = em.unwrap(SessionImplementor.class)
                        .statelessWithOptions()
                        .connection()
                        .openStatelessSession()) {
                    session.insert(new Label("stateless"));
                    session.createSelectionQuery("from Label", Label.class)
                            .getResultList()
                            .forEach(label -> {
                                label.name = "updated " + random.nextInt();
                                session.update(label);
                            });
                }
            }
            default -> {
                List<?> ids =
                        em.createQuery("select id from Ticket order by id").getResultList();
                return ids.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                deletions.mark(Ticket.class, ids.subList(0, 1 + random.nextInt(ids.size())), "many"));
            }
        }
        return Optional.empty();
    }

    private static Optional<DeletionId> removing(Deletions deletions, Runnable work) {
        return Optional.of(deletions.because("a move", work));
    }

    private static <E> Optional<E> any(EntityManager em, Class<E> entity, Random random) {
        List<E> all = em.createQuery("from " + entity.getSimpleName() + " order by id", entity)
                .getResultList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    /** Byte by byte, versions and marks too. */
    private static List<String> everyColumnOf(World on, TenantId tenant) {
        String own = " where tenant = '" + tenant.uuid() + "'";
        List<String> rows = new ArrayList<>(on.rows("select * from customer where id = '" + tenant.uuid() + "'"));
        for (String table : List.of("site", "project", "ticket", "milestone", "label", "note", "device")) {
            rows.addAll(on.rows("select * from " + table + own));
        }
        rows.addAll(on.rows("select * from comment where ticket_id in (select id from ticket" + own + ")"));
        for (String table : List.of("project_tags", "project_label")) {
            rows.addAll(on.rows("select * from " + table + " where project_id in (select id from project" + own + ")"));
        }
        return rows;
    }

    /** All rows that a tenant owns, without versions, which move with every change. */
    private static List<String> rowsOf(World on, TenantId tenant) {
        String own = " where tenant = '" + tenant.uuid() + "'";
        List<String> rows = new ArrayList<>();
        rows.addAll(on.rows("select id, name, deleted_at, deletion_id from project" + own));
        rows.addAll(on.rows("select id, title, project_id, deleted_at, deletion_id from ticket" + own));
        rows.addAll(on.rows("select id, name, project_id, deleted_at, deletion_id from milestone" + own));
        rows.addAll(on.rows("select id, name, deleted_at, deletion_id from label" + own));
        rows.addAll(on.rows("select id, text, ticket_id, deleted_at, deletion_id from comment where ticket_id in "
                + "(select id from ticket" + own + ")"));
        rows.addAll(on.rows("select * from project_tags where project_id in (select id from project" + own + ")"));
        rows.addAll(on.rows("select * from project_label where project_id in (select id from project" + own + ")"));
        return rows;
    }

    /** What is marked, but for one deletion. */
    private static List<String> bin(World on, TenantId tenant, Optional<DeletionId> but) {
        String own = " where tenant = '" + tenant.uuid() + "'";
        String other = but.map(d -> " and deletion_id <> '" + d.uuid() + "'").orElse("");
        return MARKED.stream()
                .flatMap(table -> table.equals("comment")
                        ? on
                                .rows("select id, deletion_id from comment where deletion_id is not null" + other
                                        + " and ticket_id in (select id from ticket" + own + ")")
                                .stream()
                        : on
                                .rows("select id, deletion_id from " + table + own + " and deletion_id is not null"
                                        + other)
                                .stream())
                .toList();
    }
}
