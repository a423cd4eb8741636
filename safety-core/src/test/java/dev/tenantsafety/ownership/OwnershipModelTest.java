package dev.tenantsafety.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipFinding.Reason;
import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose rows are these, in the forms that real schemas have. */
@ParameterizedClass
@EnumSource(Database.class)
class OwnershipModelTest {

    private static final UUID A = new UUID(0, 0xa);
    private static final UUID B = new UUID(0, 0xb);

    private final JdbcConnectionPool source;

    OwnershipModelTest(Database database) throws SQLException {
        source = database.connections();
        sql("create table customer (id uuid primary key, name varchar(20))");
        sql("insert into customer values ('" + A + "', 'A'), ('" + B + "', 'B')");
    }

    @AfterEach
    void close() {
        source.dispose();
    }

    /** Runs statements; {@code $A} and {@code $B} stand for the two customers. */
    private void sql(String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql.replace("$A", "'" + A + "'").replace("$B", "'" + B + "'"));
            }
        }
    }

    private OwnershipModel model(UnaryOperator<OwnershipRules> rules) throws SQLException {
        return OwnershipModel.read(
                source,
                all -> rules.apply(all.root("customer", TenantId.KIND)
                        .ownedByColumn("customer_id", TenantId.KIND)
                        .ownedThroughForeignKeys()));
    }

    /** The rows of a table that belong to an owner, by their first column, sorted. */
    private List<String> rows(OwnershipModel model, String table, IdKind<?> kind, Object owner) throws SQLException {
        Selection selection = model.select(model.table(table).name(), kind);
        String sql = "select t.* from "
                + selection.table().name().sql(model.catalog().dialect()) + " t where " + selection.where("t", "= ?");
        List<String> found = new ArrayList<>();
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 1; i <= selection.occurrences(); i++) {
                statement.setObject(i, owner);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        found.sort(null);
        return found;
    }

    private List<String> rowsOfA(OwnershipModel model, String table) throws SQLException {
        return rows(model, table, TenantId.KIND, A);
    }

    private List<String> rowsOfB(OwnershipModel model, String table) throws SQLException {
        return rows(model, table, TenantId.KIND, B);
    }

    private List<OwnershipFinding> check(OwnershipModel model) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return model.check(connection);
        }
    }

    private List<String> problems(UnaryOperator<OwnershipRules> rules) {
        List<String> problems = new ArrayList<>();
        assertThatThrownBy(() -> model(rules))
                .isInstanceOfSatisfying(UnclearOwnershipException.class, thrown -> problems.addAll(thrown.problems()));
        return problems;
    }

    @Test
    void aSchemaOfTwoLevelsInAFewLines() throws SQLException {
        sql(
                "create table site (id uuid primary key, customer_id uuid not null references customer)",
                "create table ticket (id int primary key, site_id uuid not null references site)",
                "create table line (id int primary key, ticket_id int not null references ticket)",
                "create table invoice (id int primary key, customer_id uuid not null references customer)",
                "create table country (code varchar(2) primary key)",
                "create table flyway_schema_history (id int primary key)",
                "insert into site values ('00000000-0000-0000-0000-0000000000a1', $A), ('00000000-0000-0000-0000-0000000000b1', $B)",
                "insert into ticket values (1, '00000000-0000-0000-0000-0000000000a1'), (2, '00000000-0000-0000-0000-0000000000b1')",
                "insert into line values (10, 1), (20, 2)",
                "insert into invoice values (100, $A), (200, $B)");
        OwnershipModel model = model(rules -> rules.root("site", SiteId.KIND)
                .shared("country")
                .excluded("flyway_schema_history", "schema versions belong to nobody"));
        assertThat(model.kinds()).containsExactly(TenantId.KIND, SiteId.KIND);
        assertThat(rowsOfA(model, "customer")).containsExactly(A.toString());
        assertThat(rowsOfA(model, "line")).containsExactly("10");
        assertThat(rowsOfB(model, "invoice")).containsExactly("200");
        UUID siteOfA = UUID.fromString("00000000-0000-0000-0000-0000000000a1");
        assertThat(rows(model, "line", SiteId.KIND, siteOfA)).containsExactly("10");
        assertThat(rows(model, "site", SiteId.KIND, siteOfA)).containsExactly(siteOfA.toString());
        assertThat(model.tables(SiteId.KIND))
                .extracting(table -> model.names().of(table.name()))
                .containsExactly("line", "site", "ticket");
        assertThatThrownBy(() -> rows(model, "invoice", SiteId.KIND, siteOfA))
                .hasMessage("No row of invoice is owned by a site.");
        assertThat(model.path(model.table("line").name(), TenantId.KIND))
                .isEqualTo("ticket_id → ticket.site_id → site.customer_id");
        assertThat(model.path(model.table("line").name(), SiteId.KIND))
                .isEqualTo("ticket_id → ticket.site_id → site.id");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void ownersNeedNoTable() throws SQLException {
        sql(
                "create table event (id int primary key, tenant varchar(10) not null)",
                "create table detail (id int primary key, event_id int not null references event)",
                "insert into event values (1, 'acme'), (2, 'other')",
                "insert into detail values (10, 1), (20, 2)");
        OwnershipModel model = OwnershipModel.read(source, rules -> rules.ownedByColumn("tenant", TenantId.KIND)
                .ownedThroughForeignKeys()
                .excluded("customer", "not of this test"));
        assertThat(model.root(TenantId.KIND)).isEmpty();
        assertThat(rows(model, "detail", TenantId.KIND, "acme")).containsExactly("10");
    }

    @Test
    void aTableOfWhichNobodySaidIsAnErrorWithTheLinesToAdd() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table article (id int primary key, customer_id uuid not null references customer)",
                "create table note (id int primary key, ticket_id int references ticket, article_id int references article)",
                "create table blob (id int primary key)",
                "create table attachment (id int primary key, ticket_id int not null references ticket, blob_id int references blob)",
                "create table job (id int primary key)");
        assertThat(problems(rules -> rules))
                .containsExactlyInAnyOrder(
                        "Nobody said whose the rows of note are. They could be owned through ticket_id → ticket, article_id → article, "
                                + "which may be null. Add to the rules:  .ownedThrough(\"note\", \"ticket_id\")  or  "
                                + ".ownedThrough(\"note\", \"article_id\")  or  .ownedThroughEither(\"note\", \"ticket_id\", \"article_id\")",
                        "Nobody said whose the rows of blob are. attachment point at them. Add to the rules:  "
                                + ".ownedByReferrers(\"blob\")  or  .shared(\"blob\")",
                        "Nobody said whose the rows of job are, and nothing leads from them to an owner. Add to the rules one of:  "
                                + ".shared(\"job\")  .excluded(\"job\", \"why\")  .foreignKey(\"job\", \"column\", \"table\") with "
                                + ".ownedThrough(\"job\", \"column\")");
        assertThatThrownBy(() -> OwnershipModel.read(source, rules -> rules.root("customer", TenantId.KIND)))
                .hasMessageStartingWith("6 problems with whose rows these are:")
                .hasMessageContaining("They could be owned through customer_id → customer. Add to the rules:  "
                        + ".ownedThrough(\"ticket\", \"customer_id\")");
    }

    @Test
    void rowsWithAMarkInPlaceOfAnOwnerAreForAll() throws SQLException {
        sql(
                "create table label (id int primary key, customer_id uuid)",
                "insert into label values (1, $A), (2, null), (3, '00000000-0000-0000-0000-000000000001')");
        OwnershipModel strict = model(rules -> rules);
        assertThat(check(strict)).singleElement().satisfies(finding -> {
            assertThat(finding.reason()).isEqualTo(Reason.NOBODYS);
            assertThat(finding.rows()).isEqualTo(1);
            assertThat(finding.examples()).containsExactly("2");
            assertThat(finding)
                    .hasToString("1 row of label belong to nobody: customer_id leads to no owner. Such as: 2.");
        });
        OwnershipModel model = model(rules -> rules.sharedWhereNull("customer_id")
                .sharedWhere("customer_id", "00000000-0000-0000-0000-000000000001"));
        assertThat(check(model)).isEmpty();
        assertThat(rowsOfA(model, "label")).containsExactly("1");
        assertThat(model.path(model.table("label").name(), TenantId.KIND))
                .isEqualTo("customer_id (null or '00000000-0000-0000-0000-000000000001': for all)");
    }

    @Test
    void anEmptyTextCanMeanForAll() throws SQLException {
        sql(
                "create table setting (id int primary key, tenant varchar(10) not null)",
                "insert into setting values (1, 'acme'), (2, '')");
        OwnershipModel model = OwnershipModel.read(source, rules -> rules.ownedByColumn("tenant", TenantId.KIND)
                .sharedWhere("tenant", "")
                .excluded("customer", "not of this test"));
        assertThat(rows(model, "setting", TenantId.KIND, "acme")).containsExactly("1");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void whereTheColumnIsNullThePathDecides() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table comment (id int primary key, customer_id uuid, ticket_id int not null references ticket)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into comment values (10, $A, 1), (11, null, 1), (20, $B, 2), (21, $B, 1)");
        OwnershipModel model = model(rules -> rules.orElseThrough("comment", "ticket_id"));
        assertThat(rowsOfA(model, "comment")).containsExactly("10", "11");
        assertThat(rowsOfB(model, "comment")).containsExactly("20", "21");
        assertThat(check(model)).singleElement().satisfies(finding -> {
            assertThat(finding.reason()).isEqualTo(Reason.TWO_OWNERS);
            assertThat(finding.examples()).containsExactly("21");
            assertThat(finding.text()).contains("customer_id, else ticket_id → ticket.customer_id");
        });
    }

    @Test
    void whatIsPointedAtBelongsToWhoPointsAtIt() throws SQLException {
        sql(
                "create table blob (id int primary key)",
                "create table attachment (id int primary key, customer_id uuid not null references customer, blob_id int references blob)",
                "create table avatar (id int primary key, customer_id uuid not null references customer, blob_id int references blob)",
                "insert into blob values (1), (2), (3), (4)",
                "insert into attachment values (10, $A, 1), (20, $B, 2), (30, $B, 4)",
                "insert into avatar values (11, $A, 3), (12, $A, 4)");
        OwnershipModel model = model(rules -> rules.ownedByReferrers("blob"));
        assertThat(rowsOfA(model, "blob")).containsExactly("1", "3", "4");
        assertThat(rowsOfB(model, "blob")).containsExactly("2", "4");
        assertThat(check(model)).anySatisfy(finding -> {
            assertThat(finding.reason()).isEqualTo(Reason.TWO_OWNERS);
            assertThat(finding.table().table()).isEqualToIgnoringCase("blob");
            assertThat(finding.examples()).containsExactly("4");
        });
        sql("delete from avatar where id = 12", "insert into blob values (5)");
        assertThat(check(model)).extracting(OwnershipFinding::reason).containsExactly(Reason.NOBODYS);
    }

    @Test
    void whoPointsAtItMayBeOwnedOverAnyNumberOfSteps() throws SQLException {
        sql(
                "create table blob (id int primary key)",
                "create table avatar (id int primary key, customer_id uuid not null references customer, blob_id int references blob)",
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table attachment (id int primary key, ticket_id int not null references ticket, blob_id int references blob)",
                "insert into blob values (1), (2)",
                "insert into ticket values (1, $A)",
                "insert into avatar values (10, $A, 1)",
                "insert into attachment values (20, 1, 2)");
        OwnershipModel model = model(rules -> rules.ownedByReferrers("blob"));
        assertThat(rowsOfA(model, "blob")).containsExactly("1", "2");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void oneOfSeveralParents() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table article (id int primary key, customer_id uuid not null references customer)",
                "create table note (id int primary key, ticket_id int references ticket, article_id int references article)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into article values (1, $A), (2, $B)",
                "insert into note values (10, 1, null), (11, null, 1), (20, 2, null), (12, 1, 1)");
        OwnershipModel model = model(rules -> rules.ownedThroughEither("note", "ticket_id", "article_id"));
        assertThat(rowsOfA(model, "note")).containsExactly("10", "11", "12");
        assertThat(rowsOfB(model, "note")).containsExactly("20");
        assertThat(check(model)).isEmpty();
        sql("insert into note values (30, 1, 2), (31, null, null)");
        assertThat(rowsOfB(model, "note")).containsExactly("20"); // the first that is set decides, and never both
        assertThat(check(model))
                .extracting(OwnershipFinding::reason, OwnershipFinding::examples)
                .containsExactlyInAnyOrder(
                        tuple(Reason.NOBODYS, List.of("31")), tuple(Reason.TWO_OWNERS, List.of("30")));
    }

    @Test
    void aColumnSaysAtWhatAnotherPoints() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table article (id int primary key, customer_id uuid not null references customer)",
                "create table watch (id int primary key, what varchar(10), what_id int)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into article values (1, $B), (2, $A)",
                "insert into watch values (10, 'ticket', 1), (11, 'it''s', 2), (20, 'ticket', 2), (21, 'it''s', 1)");
        OwnershipModel model = model(rules ->
                rules.ownedThroughType("watch", "what", "what_id", Map.of("ticket", "ticket", "it's", "article")));
        assertThat(rowsOfA(model, "watch")).containsExactly("10", "11");
        assertThat(rowsOfB(model, "watch")).containsExactly("20", "21");
        assertThat(check(model)).isEmpty();
        sql("insert into watch values (30, 'unheard', 1)");
        assertThat(check(model)).extracting(OwnershipFinding::reason).containsExactly(Reason.NOBODYS);
    }

    @Test
    void nothingSaysAtWhatAColumnPoints() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table article (id int primary key, customer_id uuid not null references customer)",
                "create table watch (id int primary key, what_id int)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into article values (3, $A), (4, $B)",
                "insert into watch values (10, 1), (11, 3), (20, 2), (21, 4)");
        OwnershipModel model = model(rules -> rules.ownedThroughAny("watch", "what_id", "ticket", "article"));
        assertThat(rowsOfA(model, "watch")).containsExactly("10", "11");
        assertThat(rowsOfB(model, "watch")).containsExactly("20", "21");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void aPrimaryKeyThatIsAForeignKeyToo() throws SQLException {
        sql(
                "create table person (id int primary key, customer_id uuid not null references customer)",
                "create table profile (id int primary key references person)",
                "insert into person values (1, $A), (2, $B)",
                "insert into profile values (1), (2)");
        assertThat(rowsOfA(model(rules -> rules), "profile")).containsExactly("1");
    }

    @Test
    void ofTwoColumnsOneOwns() throws SQLException {
        sql(
                "create table transfer (id int primary key, from_customer uuid not null references customer, "
                        + "to_customer uuid not null references customer)",
                "insert into transfer values (1, $A, $B), (2, $B, $A)");
        assertThat(OwnershipModel.read(source, rules -> rules.root("customer", TenantId.KIND)
                                .ownedByColumn("transfer", "to_customer", TenantId.KIND))
                        .path(new TableName(schema(), name("transfer")), TenantId.KIND))
                .isEqualTo("to_customer");
        sql("create table invoice (id int primary key, customer_id uuid not null references customer)");
        OwnershipModel model = model(rules -> rules.ownedByColumn("transfer", "to_customer", TenantId.KIND));
        assertThat(rowsOfA(model, "transfer")).containsExactly("2");
        // from_customer points at another's row, which is how it is meant, and is said
        assertThat(check(model)).extracting(OwnershipFinding::reason).containsExactly(Reason.POINTS_AT_ANOTHERS);
        assertThat(problems(rules -> rules.ownedByColumn("from_customer", TenantId.KIND)
                        .ownedByColumn("to_customer", TenantId.KIND)))
                .containsExactly("transfer has several columns that could say which tenant a row belongs to: "
                        + name("from_customer") + ", " + name("to_customer")
                        + ". Say which owns: .ownedByColumn(\"transfer\", \"" + name("from_customer") + "\", …).");
    }

    private String schema() throws SQLException {
        try (Connection connection = source.getConnection()) {
            return connection.getSchema();
        }
    }

    private String name(String written) throws SQLException {
        return schema().equals("PUBLIC") ? written.toUpperCase(Locale.ROOT) : written;
    }

    @Test
    void aTableWithoutAKeyAndWithDuplicates() throws SQLException {
        sql(
                "create table log (text varchar(10), customer_id uuid not null)",
                "insert into log values ('x', $A), ('x', $A), ('x', $B)");
        assertThat(rowsOfA(model(rules -> rules), "log")).containsExactly("x", "x");
    }

    @Test
    void aTableThatPointsAtItselfDoesNotOwnItself() throws SQLException {
        sql(
                "create table step (id int primary key, parent_id int not null references step)",
                "insert into step values (1, 1)");
        assertThat(problems(rules -> rules)).singleElement().asString().contains("nothing leads from them to an owner");
        sql("alter table step add column customer_id uuid", "update step set customer_id = $A");
        sql("insert into step values (2, 1, $A)");
        OwnershipModel model = model(rules -> rules);
        assertThat(rowsOfA(model, "step")).containsExactly("1", "2");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void aCircleOfForeignKeysOwnsNothingUnlessItIsLeft() throws SQLException {
        sql(
                "create table one (id int primary key, two_id int not null)",
                "create table two (id int primary key, one_id int not null references one)",
                "alter table one add foreign key (two_id) references two");
        assertThat(problems(rules -> rules)).hasSize(2);
        sql("alter table two add column customer_id uuid not null");
        OwnershipModel model = model(rules -> rules);
        assertThat(model.path(model.table("one").name(), TenantId.KIND)).isEqualTo("two_id → two.customer_id");
    }

    @Test
    void aKeyThatTheDatabaseDoesNotKnow() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table legacy (id int primary key, ticket_no int not null)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into legacy values (10, 1), (20, 2), (30, 3)");
        OwnershipModel model = model(rules -> rules.foreignKey("legacy", "ticket_no", "ticket"));
        assertThat(rowsOfA(model, "legacy")).containsExactly("10");
        assertThat(check(model)).singleElement().satisfies(finding -> assertThat(finding.examples())
                .containsExactly("30"));
    }

    @Test
    void theShortestWayIsTakenUnlessALineSaysAnother() throws SQLException {
        sql(
                "create table person (id int primary key, customer_id uuid not null references customer)",
                "create table project (id int primary key, person_id int not null references person)",
                "create table task (id int primary key, project_id int not null references project, "
                        + "author_id int not null references person, editor_id int not null references person)",
                "insert into person values (1, $A), (2, $B)",
                "insert into project values (1, 1), (2, 2)",
                "insert into task values (10, 1, 1, 1), (20, 1, 2, 2)");
        OwnershipModel model = model(rules -> rules);
        assertThat(model.path(model.table("task").name(), TenantId.KIND)).isEqualTo("author_id → person.customer_id");
        assertThat(check(model)).singleElement().satisfies(finding -> {
            assertThat(finding.reason()).isEqualTo(Reason.POINTS_AT_ANOTHERS);
            assertThat(finding.examples()).containsExactly("20");
            assertThat(finding)
                    .hasToString(
                            "1 row of task point at rows of another tenant: through project_id → project.person_id → "
                                    + "person.customer_id, though they belong to whom author_id → person.customer_id says. Such as: 20.");
        });
        OwnershipModel other = model(rules -> rules.ownedThrough("task", "project_id"));
        assertThat(rowsOfA(other, "task")).containsExactly("10", "20");
        assertThat(check(other)).hasSize(2).allSatisfy(finding -> assertThat(finding.examples())
                .containsExactly("20"));
    }

    @Test
    void aPathOnOneLevelLeavesTheColumnOfAnother() throws SQLException {
        sql(
                "create table person (id int primary key, customer_id uuid not null references customer)",
                "create table visit (id int primary key, person_id int not null references person, site_id uuid not null)");
        OwnershipModel model =
                model(rules -> rules.ownedByColumn("site_id", SiteId.KIND).ownedThrough("visit", "person_id"));
        assertThat(model.path(model.table("visit").name(), TenantId.KIND)).isEqualTo("person_id → person.customer_id");
        assertThat(model.path(model.table("visit").name(), SiteId.KIND)).isEqualTo("site_id");
    }

    @Test
    void whatIsSaidOfATableComesBeforeItsColumn() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table remark (id int primary key, customer_id uuid, ticket_id int not null references ticket)");
        OwnershipModel model = model(rules -> rules.ownedThrough("remark", "ticket_id"));
        assertThat(model.path(model.table("remark").name(), TenantId.KIND)).isEqualTo("ticket_id → ticket.customer_id");
    }

    @Test
    void parentsMayBeNearAndFar() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null references customer)",
                "create table line (id int primary key, ticket_id int not null references ticket)",
                "create table note (id int primary key, ticket_id int references ticket, line_id int references line)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into line values (10, 1), (20, 2)",
                "insert into note values (100, 1, null), (101, null, 10), (200, null, 20)");
        OwnershipModel model = model(rules -> rules.ownedThroughEither("note", "ticket_id", "line_id"));
        assertThat(rowsOfA(model, "note")).containsExactly("100", "101");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void aKindHasOneRoot() throws SQLException {
        sql("create table client (id uuid primary key)");
        assertThat(problems(rules -> rules.root("client", TenantId.KIND)))
                .contains("root(\"client\", …) is the second root of kind tenant; a kind has one.");
    }

    @Test
    void nothingIsOwnedThroughWhatIsExcluded() throws SQLException {
        sql(
                "create table cache (id int primary key, customer_id uuid not null references customer)",
                "create table entry (id int primary key, cache_id int not null references cache)");
        assertThat(problems(rules -> rules.excluded("cache", "made anew at any time")))
                .singleElement()
                .asString()
                .startsWith("Nobody said whose the rows of entry are, and nothing leads from them to an owner.");
        assertThat(problems(rules -> rules.excluded("customer", "why not")))
                .contains("customer is the root of kind tenant, and cannot be shared or excluded.");
    }

    @Test
    void keysOfSeveralColumns() throws SQLException {
        sql(
                "create table project (customer_id uuid not null references customer, no int not null, primary key (customer_id, no))",
                "create table task (id int primary key, owner uuid not null, project_no int not null, "
                        + "foreign key (owner, project_no) references project (customer_id, no))",
                "insert into project values ($A, 1), ($B, 1)",
                "insert into task values (10, $A, 1), (20, $B, 1)");
        OwnershipModel model = model(rules -> rules);
        assertThat(rowsOfA(model, "task")).containsExactly("10");
        assertThat(model.path(model.table("task").name(), TenantId.KIND))
                .isEqualTo("owner, project_no → project.customer_id");
    }

    @Test
    void namesThatNeedQuotes() throws SQLException {
        sql(
                "create table \"Order \"\"x\"\"\" (\"select\" int primary key, \"customer_id\" uuid not null)",
                "create table \"line\" (id int primary key, \"from\" int not null references \"Order \"\"x\"\"\")",
                "insert into \"Order \"\"x\"\"\" values (1, $A), (2, $B)",
                "insert into \"line\" values (10, 1), (20, 2)");
        OwnershipModel model = model(rules -> rules);
        assertThat(rowsOfA(model, "line")).containsExactly("10");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void aNameThatSeveralSchemasHaveNeedsTheSchema() throws SQLException {
        sql(
                "create schema other",
                "create table label (id int primary key, customer_id uuid)",
                "create table other.label (id int primary key, customer_id uuid)");
        String[] schemas = {schema(), name("other")};
        assertThat(problems(rules -> rules.schemas(schemas).shared("label")))
                .contains("shared(\"label\", …): there are several such tables: " + name("other") + "." + name("label")
                        + ", " + schema() + "." + name("label") + ". Write the schema before it.");
        assertThat(model(rules -> rules.schemas(schemas).excluded("other.label", "of another team"))
                        .table("other.label")
                        .isOwned())
                .isFalse();
    }

    @Test
    void whatDoesNotFitIsSaidAtOnce() throws SQLException {
        sql(
                "create table label (id int primary key, customer_id uuid)",
                "create table pair (a int, b int, primary key (a, b), customer_id uuid)");
        assertThat(problems(rules -> rules.shared("nothing", "label")
                        .root("pair", SiteId.KIND)
                        .root("customer", "nickname", SiteId.KIND)
                        .ownedThrough("pair", "a")
                        .foreignKey("label", "id", "pair")))
                .containsExactlyInAnyOrder(
                        "shared(\"nothing\", …): there is no such table.",
                        "root(\"pair\", …): the primary key of pair is [" + name("a") + ", " + name("b")
                                + "]. Name the one column that others know the owner by: root(\"pair\", \"…\", …).",
                        "root: customer has no column nickname.",
                        "root(\"customer\", …): the primary key of customer is [" + name("id")
                                + "]. Name the one column that others know the owner by: root(\"customer\", \"…\", …).",
                        "ownedThrough(\"pair\", \"a\"): there is no foreign key of [" + name("a")
                                + "] in pair. If they lead somewhere all the same, say where: .foreignKey(\"pair\", \"a\", \"…\").",
                        "foreignKey(\"" + name("label") + "\", …): [id] cannot lead to pair, whose primary key is ["
                                + name("a") + ", " + name("b") + "].",
                        "label is shared, but has the column " + name("customer_id")
                                + ", which says whose a row is. If only some of its rows are for all, take it out of shared(…) and say "
                                + ".sharedWhereNull(\"" + name("customer_id") + "\") or .sharedWhere(\""
                                + name("customer_id")
                                + "\", …); if they are nobody's, .excluded(\"label\", \"…\").");
    }

    /** A thread's owner is that of the thread it answers, which no condition of one statement can follow to its end. */
    @Test
    void waysThatGoInACircleAreAProblem() throws SQLException {
        sql(
                "create table thread (id int primary key, customer_id uuid, answers int references thread, blob_id int)",
                "create table blob (id int primary key)");
        assertThat(problems(rules -> rules.orElseThrough("thread", "answers").excluded("blob", "not looked at")))
                .containsExactly("Ownership of thread is circular: thread → thread. Remove one of the lines that name "
                        + "these tables, or name another way in it.");
        assertThat(problems(rules -> rules.foreignKey("thread", "blob_id", "blob")
                        .orElseThrough("thread", "blob_id")
                        .ownedByReferrers("blob")))
                .hasSize(1)
                .first()
                .asString()
                .contains(" is circular: ", "blob → thread → blob");
    }

    @Test
    void whereNobodyIsInTheColumnAnotherWayDecidesAndOnlyThenIsTheRowForAll() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null)",
                "create table comment (id int primary key, customer_id uuid, ticket_id int references ticket)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into comment values (1, null, 1), (2, $B, 2), (3, null, null)");
        OwnershipModel model =
                model(rules -> rules.sharedWhereNull("customer_id").orElseThrough("comment", "ticket_id"));
        assertThat(rowsOfA(model, "comment")).containsExactly("1");
        assertThat(rowsOfB(model, "comment")).containsExactly("2");
        assertThat(check(model)).isEmpty();
    }

    @Test
    void aTypeThatIsNullLeavesTheRowToTheOtherWays() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null)",
                "create table note (id int primary key, owner_type varchar(10), owner_id int, ticket_id int references ticket)",
                "insert into ticket values (1, $A), (7, $B)",
                "insert into note values (1, 'ticket', 7, 1), (2, 'other', 7, 1), (3, null, 7, 1)");
        OwnershipModel model =
                model(rules -> rules.ownedThroughType("note", "owner_type", "owner_id", Map.of("ticket", "ticket"))
                        .orElseThrough("note", "ticket_id"));
        assertThat(rowsOfA(model, "note")).containsExactly("2", "3");
        assertThat(rowsOfB(model, "note")).containsExactly("1");
    }

    @Test
    void rowsThatAreForAllPointAtNoOwners() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null)",
                "create table label (id int primary key, customer_id uuid, first_used int references ticket)",
                "create table plan (id int primary key, example int references ticket)",
                "create table blob (id int primary key)",
                "create table picture (id int primary key, customer_id uuid, blob_id int references blob)",
                "insert into ticket values (1, $A)",
                "insert into label values (1, null, 1), (2, $A, 1), (3, null, null)",
                "insert into plan values (1, 1), (2, null)",
                "insert into blob values (1), (2), (3)",
                "insert into picture values (1, null, 1), (2, $A, 1), (3, null, 2), (4, $A, 3)");
        OwnershipModel model = model(
                rules -> rules.sharedWhereNull("customer_id").shared("plan").ownedByReferrers("blob"));
        assertThat(check(model))
                .extracting(
                        OwnershipFinding::reason,
                        finding -> Names.plain(finding.table().table()),
                        OwnershipFinding::examples)
                .containsExactlyInAnyOrder(
                        tuple(Reason.FOR_ALL_POINTS_AT_OWNED, "label", List.of("1")),
                        tuple(Reason.FOR_ALL_POINTS_AT_OWNED, "picture", List.of("1")),
                        tuple(Reason.FOR_ALL_POINTS_AT_OWNED, "plan", List.of("1")),
                        tuple(Reason.TWO_OWNERS, "blob", List.of("1")));
        assertThat(check(model).get(0).text())
                .isEqualTo("1 row of blob belong to an owner by one way and are shared by another: "
                        + model.path(model.table("blob").name(), TenantId.KIND) + ". Such as: 1.");
    }

    @Test
    void ofSeveralLinesOnATableTheFirstThatAppliesDecides() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null)",
                "create table note (id int primary key, type varchar(10), of_id int, any_id int, ticket_id int references ticket)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into note values (1, 'ticket', 1, 2, 2), (2, null, 1, 1, 2), (3, null, null, null, 1)");
        UnaryOperator<OwnershipRules> typed =
                rules -> rules.ownedThroughType("note", "type", "of_id", Map.of("ticket", "ticket"));
        UnaryOperator<OwnershipRules> untyped = rules -> rules.ownedThroughAny("note", "any_id", "ticket");
        UnaryOperator<OwnershipRules> path = rules -> rules.ownedThrough("note", "ticket_id");
        assertThat(rowsOfA(model(all -> path.apply(untyped.apply(typed.apply(all)))), "note"))
                .containsExactly("1", "2", "3");
        assertThat(rowsOfA(model(all -> typed.apply(path.apply(untyped.apply(all)))), "note"))
                .containsExactly("2", "3");
        assertThat(rowsOfA(model(all -> typed.apply(untyped.apply(path.apply(all)))), "note"))
                .containsExactly("3");
    }

    /** What led to the rows for all was dropped, and they were called nobody's. */
    @Test
    void whatLeadsToSeveralTablesMayLeadToRowsForAll() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null)",
                "create table article (id int primary key)",
                "create table watch (id int primary key, what_id int)",
                "create table note (id int primary key, type varchar(10), of_id int)",
                "insert into ticket values (1, $A), (2, $B)",
                "insert into article values (7)",
                "insert into watch values (1, 1), (2, 2), (3, 7), (4, 99)",
                "insert into note values (1, 'ticket', 1), (2, 'ticket', 2), (3, 'article', 7), (4, 'other', 1)");
        OwnershipModel model = model(rules -> rules.shared("article")
                .ownedThroughAny("watch", "what_id", "article", "ticket")
                .ownedThroughType("note", "type", "of_id", Map.of("ticket", "ticket", "article", "article")));
        assertThat(rowsOfA(model, "watch")).containsExactly("1");
        assertThat(rowsOfA(model, "note")).containsExactly("1");
        assertThat(check(model))
                .extracting(OwnershipFinding::reason, OwnershipFinding::examples)
                .containsExactlyInAnyOrder(tuple(Reason.NOBODYS, List.of("4")), tuple(Reason.NOBODYS, List.of("4")));
        assertThat(model.path(model.table("watch").name(), TenantId.KIND))
                .isEqualTo("what_id → article (for all), else what_id → ticket.customer_id");
    }

    @Test
    void keysThatTheDatabaseDoesNotKnowInManyTables() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null, number varchar(9) unique, title varchar(9))",
                "create table line (id int primary key, ticket_id int not null)",
                "create table vote (id int primary key, ticket_id int not null)",
                "create table mail (id int primary key, subject varchar(9) not null)",
                "create table old_a (id int)",
                "create table old_b (id int)",
                "insert into ticket values (1, $A, 'T1', 'x'), (2, $B, 'T2', 'x')",
                "insert into line values (10, 1), (20, 2)",
                "insert into vote values (11, 1), (21, 2)",
                "insert into mail values (12, 'T1'), (22, 'T2')");
        UnaryOperator<OwnershipRules> excluded =
                rules -> rules.excluded(List.of("old_a", "old_b"), "not read any more");
        OwnershipModel model = model(rules -> excluded.apply(rules)
                .foreignKey("ticket_id", "ticket")
                .foreignKey("mail", List.of("subject"), "ticket", List.of("number")));
        assertThat(rowsOfA(model, "line")).containsExactly("10");
        assertThat(rowsOfA(model, "vote")).containsExactly("11");
        assertThat(rowsOfB(model, "mail")).containsExactly("22");
        assertThat(problems(rules -> excluded.apply(rules)
                        .foreignKey("ticket_id", "ticket")
                        .foreignKey("tikcet_id", "ticket")
                        .foreignKey("mail", List.of("subject"), "ticket", List.of("title"))))
                .startsWith(
                        "foreignKey(\"tikcet_id\", \"ticket\"): no other table has the column tikcet_id.",
                        "foreignKey(\"mail\", …): no unique key of ticket has the columns ["
                                + (isH2() ? "TITLE" : "title")
                                + "], so that a row could reference several. Name the columns of a unique key.");
    }

    /** Their rows were seen twice, in their own table and in the one that they inherit from, and came back twice. */
    @Test
    void aTableThatOthersInheritFromIsExcluded() throws SQLException {
        assumeFalse(isH2());
        sql(
                "create table base (id int primary key, customer_id uuid not null)",
                "create table sub (extra int) inherits (base)",
                "create table sub_sub () inherits (sub)",
                "insert into sub values (1, $A, 1)",
                "insert into sub_sub values (2, $A, 1)");
        assertThat(problems(rules -> rules))
                .containsExactly(
                        "Table base has child tables (INHERITS): sub, sub_sub. Their rows are visible in base too, and would be restored"
                                + " twice. If base has no rows of its own, add .excluded(\"base\", \"its rows are those of its child tables\");"
                                + " otherwise move its own rows to another table.",
                        "Table sub has child tables (INHERITS): sub_sub. Their rows are visible in sub too, and would be restored"
                                + " twice. If sub has no rows of its own, add .excluded(\"sub\", \"its rows are those of its child tables\");"
                                + " otherwise move its own rows to another table.");
        OwnershipModel model = model(rules -> rules.excluded(List.of("base", "sub"), "a test"));
        assertThat(rowsOfA(model, "sub_sub")).containsExactly("2");
    }

    @Test
    void aColumnThatIsExcludedIsNotNeeded() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null, title varchar(9) not null, size int default 1 not null)",
                "create table country (code varchar(2) primary key, name varchar(9))");
        UnaryOperator<OwnershipRules> shared = rules -> rules.shared("country");
        assertThat(model(rules -> shared.apply(rules).excludedColumn("ticket", "size", "a cache"))
                        .table("ticket")
                        .excludedColumns())
                .containsExactly(Map.entry(isH2() ? "SIZE" : "size", "a cache"));
        assertThat(problems(rules -> shared.apply(rules)
                        .excludedColumn("ticket", "title", "x")
                        .excludedColumn("ticket", "id", "x")
                        .excludedColumn("ticket", "customer_id", "x")
                        .excludedColumn("ticket", "none", "x")))
                .contains(
                        "excludedColumn(\"ticket\", \"title\", …): the column is not nullable and has no default, so that no row could be"
                                + " restored. Remove the line, or give it a default.")
                .hasSize(4);
        assertThat(problems(rules -> shared.apply(rules).excludedColumn("country", "name", "x")))
                .containsExactly(
                        "excludedColumn(\"country\", \"name\", …) has no effect: table country is shared. Remove this line or the other one.");
        assertThatThrownBy(() -> model(rules -> rules.excludedColumn("ticket", "size", " ")))
                .hasMessage("Say why the values of ticket.size do not go along.");
    }

    private boolean isH2() throws SQLException {
        try (Connection connection = source.getConnection()) {
            return connection.getMetaData().getDatabaseProductName().equals("H2");
        }
    }

    @Test
    void aLineWithoutEffectIsAProblem() throws SQLException {
        sql(
                "create table ticket (id int primary key, customer_id uuid not null)",
                "create table country (id int primary key)",
                "create table note (id int primary key, ticket_id int references ticket, country_id int references country, of_id int)",
                "create table blob (id int primary key, ticket_id int references ticket, note_id int references note)");
        UnaryOperator<OwnershipRules> good = rules ->
                rules.shared("country").ownedThrough("note", "ticket_id").ownedThrough("blob", "note_id");
        assertThat(model(good)).isNotNull();
        assertThat(model(rules -> rules.shared("country")
                        .ownedThrough("Note", "Ticket_ID")
                        .ownedThrough("BLOB", "Note_id")))
                .as("in any case")
                .isNotNull();
        String note =
                "another line declares the owner of note, or this line leads to rows without an owner. Remove this line or the other one.";
        String blob =
                "another line declares the owner of blob, or this line leads to rows without an owner. Remove this line or the other one.";
        Map<UnaryOperator<OwnershipRules>, String> useless = Map.of(
                rules -> rules.ownedByReferrers("blob"),
                "ownedByReferrers(\"blob\") has no effect: " + blob,
                rules -> rules.ownedThrough("note", "country_id"),
                "ownedThrough(\"note\", \"country_id\") has no effect: " + note,
                rules -> rules.orElseThrough("note", "country_id"),
                "orElseThrough(\"note\", \"country_id\") has no effect: " + note,
                rules -> rules.ownedThroughAny("note", "of_id", "country"),
                "ownedThroughAny(\"note\", … \"of_id\" …) has no effect: " + note,
                rules -> rules.ownedByReferrers("country"),
                "ownedByReferrers(\"country\") has no effect: table country is shared. Remove this line or the other one.",
                rules -> rules.ownedByColumn("org_id", TenantId.KIND),
                "ownedByColumn(\"org_id\", …) has no effect: in no table does this column declare the owning tenant. Remove the line, or name a column that does.",
                rules -> rules.sharedWhereNull("customer_id"),
                "sharedWhereNull(\"customer_id\") has no effect: in no table does this column, nullable, declare the owner. Remove the line, or name a column that does.",
                rules -> rules.sharedWhere("org_id", "x"),
                "sharedWhere(\"org_id\", \"x\") has no effect: in no table does this column declare the owner. Remove the line, or name a column that does.");
        useless.forEach((line, problem) ->
                assertThat(problems(rules -> line.apply(good.apply(rules)))).containsExactly(problem));
    }
}
