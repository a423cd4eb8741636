package dev.tenantsafety.samples.guide.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipFinding;
import dev.tenantsafety.ownership.OwnershipLock;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.OwnershipRules;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's page on ownership, as it runs. */
class OwnershipGuideTest {

    private DataSource dataSource = new JdbcDataSource();

    @BeforeEach
    void schema() throws SQLException {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        dataSource = database;
        sql("create table customer (id uuid primary key)");
        sql("create table site (id uuid primary key, customer_id uuid not null references customer)");
        sql("create table ticket (id int primary key, site_id uuid not null references site)");
        sql("create table invoice (id int primary key, customer_id uuid not null references customer)");
        sql("create table country (code varchar(2) primary key)");
        sql("create table plan (code varchar(9) primary key)");
        sql("create table flyway_schema_history (version int primary key)");
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement sent = connection.createStatement()) {
            sent.execute(statement);
        }
    }

    // spotless:off
    private static OwnershipRules rules(OwnershipRules rules) {
        return rules
                .root("customer", TenantId.KIND)
                .root("site", SiteId.KIND)
                .ownedByColumn("customer_id", TenantId.KIND)
                .ownedThroughForeignKeys()
                .shared("country", "plan")
                .excluded("flyway_schema_history", "schema versions belong to nobody");
    }
    // spotless:on

    @Test
    void read() throws SQLException {
        // spotless:off
        OwnershipModel model = OwnershipModel.read(dataSource, rules -> rules(rules));
        assertThat(model.path(model.table("ticket").name(), TenantId.KIND)).isEqualTo("site_id → site.customer_id");
        // spotless:on
    }

    @Test
    void whatNobodySaidIsAnError() throws SQLException {
        sql("create table invoice_line (id int primary key, invoice_id int references invoice)");
        // spotless:off
        assertThatThrownBy(() -> OwnershipModel.read(dataSource, rules -> rules(rules)))
                .hasMessage("1 problem with whose rows these are:\n"
                        + "  Nobody said whose the rows of invoice_line are. They could be owned through invoice_id → invoice, "
                        + "which may be null. Add to the rules:  .ownedThrough(\"invoice_line\", \"invoice_id\")");
        // spotless:on
    }

    @Test
    void theLock(@TempDir Path folder) throws SQLException {
        OwnershipModel model = OwnershipModel.read(dataSource, rules -> rules(rules));
        Path file = folder.resolve("ownership.lock");
        OwnershipLock.at(file).update(model);
        // spotless:off
        OwnershipLock.at(file).verify(model);                     // in a test: a table, column or key that is new fails the build
        // spotless:on
        assertThat(file).content().contains("table invoice");
    }

    @Test
    void theRows() throws SQLException {
        sql("insert into customer values ('00000000-0000-0000-0000-00000000000a')");
        sql("insert into site values ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000000a')");
        OwnershipModel model = OwnershipModel.read(dataSource, rules -> rules(rules));
        // spotless:off
        try (Connection copyOfProduction = dataSource.getConnection()) {
            assertThat(model.check(copyOfProduction)).extracting(OwnershipFinding::text).isEmpty();
        }
        // spotless:on
    }

    @Test
    void forms() throws SQLException {
        sql("create table label (id int primary key, customer_id uuid)");
        sql("create table comment (id int primary key, customer_id uuid, ticket_id int not null references ticket)");
        sql(
                "create table note (id int primary key, ticket_id int references ticket, invoice_id int references invoice)");
        sql("create table attachment (id int primary key, owner_type varchar(9), owner_id int, blob_id int)");
        sql("create table blob (id int primary key)");
        sql("alter table attachment add foreign key (blob_id) references blob");
        sql("create table watch (id int primary key, target_id int)");
        sql("create table legacy (id int primary key, ticket_no int)");
        sql("create table payment (id int primary key, from_customer uuid, to_customer uuid)");
        OwnershipModel model = OwnershipModel.read(
                dataSource,
                // spotless:off
                rules -> rules(rules)
                        .sharedWhereNull("customer_id")                             // label: rows of nobody are for all
                        .sharedWhere("customer_id", "00000000-0000-0000-0000-000000000001")  // and those of the system's tenant
                        .orElseThrough("comment", "ticket_id")                      // where the column is null, the path decides
                        .ownedThroughEither("note", "ticket_id", "invoice_id")      // one of several parents
                        .ownedThroughType("attachment", "owner_type", "owner_id",   // a column says at what another points
                                Map.of("ticket", "ticket", "invoice", "invoice"))
                        .ownedByReferrers("blob")                                   // belongs to whoever points at it
                        .ownedThroughAny("watch", "target_id", "ticket", "invoice") // nothing says at what it points
                        .foreignKey("legacy", "ticket_no", "ticket")                // a key that the database does not know
                        .ownedThrough("legacy", "ticket_no")                        // and though it may be null
                        .ownedByColumn("payment", "to_customer", TenantId.KIND));   // of two columns one owns
        // spotless:on
        assertThat(model.path(model.table("note").name(), TenantId.KIND))
                .isEqualTo(
                        "ticket_id → ticket.site_id → site.customer_id (null or '00000000-0000-0000-0000-000000000001': "
                                + "for all), else invoice_id → invoice.customer_id (null or '00000000-0000-0000-0000-000000000001': for all)");
    }

    @Test
    void keysAndColumnsThatTheDatabaseDoesNotKnow() throws SQLException {
        sql("alter table ticket add column number varchar(9) unique");
        sql("create table vote (id int primary key, ticket_id int not null)");
        sql("create table mail (id int primary key, subject varchar(9) not null)");
        sql("create table old_ticket (id int)");
        sql("create table old_mail (id int)");
        sql("create table photo (id int primary key, ticket_id int not null, content bigint)");
        OwnershipModel model = OwnershipModel.read(
                dataSource,
                // spotless:off
                rules -> rules(rules)
                        .foreignKey("ticket_id", "ticket")                                       // wherever there is this column
                        .foreignKey("mail", List.of("subject"), "ticket", List.of("number"))     // to a unique key
                        .excluded(List.of("old_ticket", "old_mail"), "not read any more")
                        .excludedColumn("photo", "content", "large objects are backed up apart"));
        // spotless:on
        assertThat(model.path(model.table("mail").name(), TenantId.KIND))
                .isEqualTo("subject → ticket.site_id → site.customer_id");
        assertThat(model.table("photo").excludedColumns()).hasSize(1);
    }
}
