package dev.tenantsafety.samples.guide.rules.good;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.RawId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The same, as the rules ask for it. */
@SuppressWarnings("all")
public class Good {

    public record Report(int marked) {}

    static final Report DONE = new Report(1);

    // spotless:off
    @Entity
    static class Ticket implements SoftDeletable {
        @Id SiteId id;
        @OwnedBy TenantId tenant;
        @Embedded Tombstone tombstone;
    }

    interface Tickets extends JpaRepository<Ticket, SiteId> {}

    public static class Removal {
        void run(EntityManager manager, Tickets tickets, Ticket ticket, Ticket other) {
            manager.remove(ticket); // marks it
            tickets.delete(other);
        }
    }

    @Entity @OwnedThrough("ticket")
    static class Comment implements SoftDeletable {
        @Id SiteId id;
        @ManyToOne(fetch = FetchType.LAZY) Ticket ticket;
        @Embedded Tombstone tombstone;
    }

    static class SiteController {
        @DeleteMapping("/sites/{siteId}") void close(@PathVariable("siteId") SiteId site) {}
    }

    public static class Sites {
        public record DeletionPlan(List<SiteId> sites) {}

        public Report delete(SiteId site) { return DONE; }
        public Report deleteApp(AppId app) { return DONE; }
        public Report purge(DeletionPlan plan) { return DONE; }
        public void move(SiteId site, TenantId to) {}
    }

    public static class Exempt {
        @AllowsHardDelete(reason = "drafts belong to no customer", ticket = "OPS-311", until = "2099-06-30")
        void dropDrafts(EntityManager manager) {
            manager.createNativeQuery("delete from draft").executeUpdate();
        }

        public void login(@RawId(reason = "the identity provider's, which has no kinds") String userId) {}
    }
    // spotless:on
}
