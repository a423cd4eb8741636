package dev.tenantsafety.samples.guide.rules.bad;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.RawId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.samples.guide.rules.good.Good.Report;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.session.SqlSession;
import org.flywaydb.core.Flyway;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;
import org.hibernate.annotations.SQLDelete;
import org.hibernate.annotations.SoftDelete;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What breaks the rules; each block stands in docs/rules.md with what is said of it. */
@SuppressWarnings("all")
public class Bad {

    static final Report DONE = new Report(1);

    // spotless:off
    public static class Removal {
        void run(EntityManager manager, Invoice invoice) {
            manager.remove(invoice); // Invoice is not SoftDeletable
        }
    }

    public static class Batch {
        void run(Tickets tickets) {
            tickets.deleteAllInBatch(); // one DELETE, though Ticket is SoftDeletable
        }
    }

    interface Tickets extends JpaRepository<Ticket, SiteId> {
        @Modifying @Query("delete from Ticket t where t.closed = true") int wipe();
    }

    public static class Jooq {
        void run(DSLContext dsl, Table<?> ticket) {
            dsl.deleteFrom(ticket).execute();
        }
    }

    public static class MyBatis {
        void run(SqlSession session) {
            session.delete("deleteTicket");
        }
    }

    interface TicketMapper {
        @Delete("delete from ticket where id = #{id}") int remove(SiteId id);
    }

    public static class Clean {
        void run(Flyway flyway) {
            flyway.clean();
        }
    }

    public static class Row {
        void run(ResultSet tickets) throws SQLException {
            tickets.deleteRow();
        }
    }

    public static class Statement {
        void run(DataSource database) throws Exception {
            try (var connection = database.getConnection(); var statement = connection.createStatement()) {
                statement.execute("delete from ticket where closed");
            }
        }
    }

    public static class Parameter {
        public void close(UUID siteId) {}
    }

    public record Component(String siteId, String why) {}

    public static class Field {
        public long siteId;
    }

    public static class Result {
        public List<UUID> findSiteIds() { return List.of(); }
    }

    interface RawSites extends JpaRepository<Site, UUID> {}

    public static class Pair {
        public void move(UUID site, UUID tenant) {}
    }

    static class SiteController {
        @DeleteMapping("/sites/{siteId}") void close(@PathVariable("siteId") String text) {}
    }

    public static class AnyKind {
        public Report delete(TypedId<?> id) { return DONE; }
    }

    public static class Many {
        public Report purge(List<SiteId> sites) { return DONE; }
    }

    public static class Mode {
        public Report delete(SiteId site, boolean permanent) { return DONE; }
    }

    public static class Overload {
        public Report delete(SiteId site) { return DONE; }
        public Report delete(AppId app) { return DONE; }
    }

    public static class Missing {
        public Report delete(Optional<SiteId> site) { return DONE; }
    }

    public static class Nothing {
        public void deactivate(SiteId site) {}
    }

    @Entity @OwnedThrough("site") @SQLDelete(sql = "update note set deleted = true where id = ?")
    static class Note { @Id SiteId id; @ManyToOne Site site; }

    @Entity @SoftDelete // on a subclass, where Hibernate does not read it
    static class Draft extends Note {}

    @Entity @OwnedThrough("site")
    static class Page {
        @Id SiteId id;
        @ManyToOne @OnDelete(action = OnDeleteAction.CASCADE) Site site;
    }

    @Entity @OwnedThrough("site")
    static class Ticket implements SoftDeletable {
        @Id SiteId id;
        @ManyToOne Site site;
        @OneToMany(orphanRemoval = true) List<Note> notes; // Note is not SoftDeletable
    }

    @Entity @OwnedThrough("draft")
    static class Comment {
        @Id SiteId id;
        @ManyToOne Draft draft; // is read at once
    }

    @Entity
    static class Invoice { @Id SiteId id; }

    public static class Expired {
        @AllowsHardDelete(reason = "drafts belong to no customer", ticket = "OPS-311", until = "2024-06-30")
        String sql() { return "delete from draft"; }
    }

    public static class Needless {
        @RawId(reason = "the partner's")
        public void close(SiteId site) {}
    }
    // spotless:on

    @Entity
    @OwnedThrough("itself")
    static class Site {
        @Id
        SiteId id;
    }
}
