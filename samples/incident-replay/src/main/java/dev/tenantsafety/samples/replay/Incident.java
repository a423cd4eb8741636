package dev.tenantsafety.samples.replay;

import dev.tenantsafety.guard.AllowsHardDelete;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** What was done that day: rows of sites are removed for good, from all tables, in the order that foreign keys ask for. */
@AllowsHardDelete(
        reason = "the replay lets the disaster happen, in a database of its own",
        ticket = "issue 6",
        until = "2099-12-31")
final class Incident {

    private static final String PROJECTS = "(select id from project where site_id = any(?))";
    private static final String TICKETS =
            "(select t.id from ticket t join project p on p.id = t.project_id where p.site_id = any(?))";

    private static final List<String> STATEMENTS = List.of(
            "delete from audit_entry where site_id = any(?)",
            "delete from attachment where ticket_id in " + TICKETS,
            "delete from comment where ticket_id in " + TICKETS,
            "delete from ticket_label where ticket_id in " + TICKETS,
            "delete from ticket where project_id in " + PROJECTS,
            "delete from membership where project_id in " + PROJECTS,
            "update workflow_step set next_id = null where project_id in " + PROJECTS,
            "delete from workflow_step where project_id in " + PROJECTS,
            "delete from board where project_id in " + PROJECTS,
            "delete from project where site_id = any(?)",
            "delete from label where site_id = any(?)",
            "delete from app_user where site_id = any(?)",
            "delete from app_installation where site_id = any(?)",
            "delete from site where id = any(?)");

    private Incident() {}

    /** Within the connection's transaction. Returns how many rows went. */
    static long deleteForGood(Connection connection, List<UUID> sites) throws SQLException {
        long rows = 0;
        for (String sql : STATEMENTS) {
            int changed = Sites.update(connection, sql, sites);
            rows += sql.startsWith("delete") ? changed : 0;
        }
        return rows;
    }
}
