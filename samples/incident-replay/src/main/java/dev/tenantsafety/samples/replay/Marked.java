package dev.tenantsafety.samples.replay;

import dev.tenantsafety.hibernate.Deletions;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.samples.helpdesk.Site;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;

/** Act 2: nothing stops the script, but a delete is a mark. */
final class Marked {

    private final World world;

    Marked(World world) {
        this.world = world;
    }

    void play(Act act) throws SQLException {
        try (SessionFactory factory = Hibernate.start(world.live())) {
            long begin = System.nanoTime();
            DeletionId deletion = across(factory, session -> Deletions.of(session)
                    .mark(Site.class, world.legacy(), "retire the legacy app"));
            act.fact("marked in", Numbers.of(Numbers.since(begin)));
            long hidden = world.legacy().stream()
                    .filter(site -> isClosed(factory, site))
                    .count();
            long seen = across(factory, session -> session.createQuery("select count(s) from Site s", Long.class)
                    .getSingleResult());
            act.fact(
                    "sites that users find closed",
                    Numbers.of(hidden) + " of " + Numbers.of(world.legacy().size()));
            act.check(hidden == world.legacy().size(), "all marked sites are closed");
            act.check(seen == world.others().size(), "the others are there");

            long undo = System.nanoTime();
            across(factory, session -> Deletions.of(session).undo(deletion));
            Duration took = Numbers.since(undo);
            act.fact("one call to undo, in", Numbers.of(took));
            Comparison all = Comparison.of(world.backup(), world.live(), Map.of());
            act.fact("rows equal to before", Numbers.of(all.equal()) + " of " + Numbers.of(world.rows()));
            act.check(all.holds(Map.of()), "the database is as it was: " + all.wrong());
            act.end(Numbers.of(world.legacy().size()) + " sites gone for their users, and back with one call in "
                    + Numbers.of(took) + ". No row was lost.");
        }
    }

    private static <T> T across(SessionFactory factory, Function<Session, T> work) {
        return CrossTenant.write("the script of 5 April").call(() -> factory.fromTransaction(work));
    }

    private static boolean isClosed(SessionFactory factory, SiteId site) {
        try {
            TenantScope.of(site)
                    .run(() -> factory.inSession(
                            session -> session.createQuery("select count(p) from Project p", Long.class)
                                    .getSingleResult()));
            return false;
        } catch (MarkedException e) {
            return true;
        }
    }
}
