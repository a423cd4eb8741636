package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The helpdesk's schema, whose its rows are, and its entities. */
public final class Helpdesk {

    /** The app that is to be retired. */
    public static final String LEGACY_APP = "Insight (legacy)";

    /** A table and the columns that data have; the others are marks of deletion, and empty. */
    public record Table(String name, List<String> columns) {

        /** The columns of its primary key: one, but where rows join two others. */
        public List<String> key() {
            return columns.subList(0, name.equals("membership") || name.equals("ticket_label") ? 2 : 1);
        }

        /** A statement with a parameter for each column. */
        public String insert() {
            return "insert into " + name + " (" + String.join(", ", columns) + ") values ("
                    + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        }
    }

    /** What is for all customers, in the order of foreign keys. */
    static final List<Table> SHARED =
            List.of(of("country", "code", "name"), of("marketplace_app", "name", "is_legacy"));

    static final Table CUSTOMER = of("customer", "id", "name", "country_code");

    /** What belongs to sites, in the order of foreign keys; project and board point at each other. */
    public static final List<Table> OF_SITES = List.of(
            of("site", "id", "customer_id", "name", "plan"),
            of("app_installation", "id", "site_id", "app_name", "installed_at"),
            of("app_user", "id", "site_id", "email", "name"),
            of("label", "id", "site_id", "name"),
            of("project", "id", "site_id", "project_key", "name", "board_id"),
            of("board", "id", "project_id", "name"),
            of("workflow_step", "id", "project_id", "name", "next_id"),
            of("membership", "user_id", "project_id", "member_role"),
            of(
                    "ticket",
                    "id",
                    "project_id",
                    "step_id",
                    "reporter_id",
                    "assignee_id",
                    "ticket_number",
                    "title",
                    "body",
                    "created_at",
                    "version"),
            of("ticket_label", "ticket_id", "label_id"),
            of("comment", "id", "ticket_id", "author_id", "comment_text", "created_at"),
            of("attachment", "id", "ticket_id", "name", "content"),
            of("audit_entry", "id", "site_id", "actor", "audit_action", "happened_at"));

    private Helpdesk() {}

    private static Table of(String name, String... columns) {
        return new Table(name, List.of(columns));
    }

    /** All, in the order of foreign keys. */
    public static List<Table> tables() {
        return Stream.of(SHARED, List.of(CUSTOMER), OF_SITES)
                .flatMap(List::stream)
                .toList();
    }

    /** The one of this name. */
    public static Table table(String name) {
        return tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no table " + name + "."));
    }

    // spotless:off
    /** Whose the rows of each table are. */
    public static OwnershipRules rules(OwnershipRules rules) {
        return rules
                .root("customer", TenantId.KIND)
                .root("site", SiteId.KIND)
                .root("app_installation", AppId.KIND)
                .ownedByColumn("customer_id", TenantId.KIND)
                .ownedByColumn("site_id", SiteId.KIND)
                .ownedThroughForeignKeys()
                .shared("country", "marketplace_app");
    }
    // spotless:on

    /** All of them. */
    public static List<Class<?>> entities() {
        return List.of(
                Country.class,
                MarketplaceApp.class,
                Customer.class,
                Site.class,
                AppInstallation.class,
                AppUser.class,
                Label.class,
                Project.class,
                Board.class,
                WorkflowStep.class,
                Membership.class,
                Ticket.class,
                Comment.class,
                Attachment.class,
                AuditEntry.class);
    }

    /** Makes the tables in an empty database: of PostgreSQL, or of H2 that was opened with {@code DATABASE_TO_LOWER=TRUE}. */
    public static void create(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(script("helpdesk.sql"));
            if (isPostgreSql(connection)) {
                statement.execute(script("helpdesk-postgresql.sql"));
            }
        }
    }

    static boolean isPostgreSql(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    }

    private static String script(String name) {
        try (InputStream file = Helpdesk.class.getResourceAsStream("/" + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not on the class path.");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
