package dev.tenantsafety.archunit;

import static dev.tenantsafety.archunit.Violations.shortly;
import static dev.tenantsafety.archunit.Violations.violations;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import jakarta.persistence.NamedQuery;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

class SqlLiteralRulesTest {

    static final String CONSTANT = "delete from constant where id = ?";

    static class Computed {
        static final String TEXT = String.join(" ", "drop table computed", "cascade");
    }

    @Retention(RetentionPolicy.CLASS)
    @interface Run {
        String[] value();
    }

    @SuppressWarnings({"unused", "UnnecessaryStringBuilder"})
    static class Texts {
        void jdbc(Connection connection) throws SQLException {
            connection.prepareStatement("DELETE FROM jdbc WHERE id = ?").close();
        }

        void template(JdbcTemplate template) {
            template.update("delete from template");
        }

        void client(JdbcClient client) {
            client.sql("with old as (delete from client returning *) select count(*) from old")
                    .query();
        }

        void hql(EntityManager manager) {
            manager.createQuery("delete Hql h where h.closed = true").executeUpdate();
        }

        String block() {
            return """
                    delete from block
                    where id = ?
                    """;
        }

        String concatenated(String table, String suffix) {
            return "truncate table " + table + suffix;
        }

        String prefix(String column) {
            return "delete from prefix where " + column + " = 1";
        }

        String built(String table) {
            return new StringBuilder("DELETE FROM ").append(table).toString();
        }

        String constant() {
            return CONSTANT;
        }

        Supplier<String> lambda() {
            return () -> {
                Supplier<String> inner = () -> "drop table if exists lambda";
                return inner.get();
            };
        }

        @Run({"select 1", "alter table annotated drop column secret"})
        void annotated() {}
    }

    @Test
    void everyFormIsSeen() {
        assertThat(shortly(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, Texts.class))
                .extracting(text -> text.replaceAll("Method <SqlLiteralRulesTest.Texts.(\\w+).*?>", "$1"))
                .containsExactly(
                        "annotated is annotated with @Run and has SQL with ALTER … DROP of annotated",
                        "block has SQL with DELETE of block",
                        "built has SQL with DELETE of a table that is not known here",
                        "client has SQL with DELETE of client",
                        "concatenated has SQL with TRUNCATE of a table that is not known here",
                        "constant has SQL with DELETE of constant",
                        "hql has SQL with DELETE of hql",
                        "jdbc has SQL with DELETE of jdbc",
                        "lambda has SQL with DROP of lambda",
                        "prefix has SQL with DELETE of prefix",
                        "template has SQL with DELETE of template");
    }

    @Test
    void whatIsComputedAtFirstUseIsOfTheClass() {
        assertThat(shortly(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, Computed.class))
                .containsExactly(
                        "Static Initializer <SqlLiteralRulesTest$Computed.<clinit>()> has SQL with DROP of computed");
    }

    static class Bare {
        void query(EntityManager manager) {
            manager.createQuery("delete Bare").executeUpdate();
        }

        void appended(EntityManager manager, String where) {
            manager.createQuery("delete Appended " + where).executeUpdate();
        }

        String label() {
            return "delete Label";
        }

        @NamedQuery(name = "named", query = "delete Named")
        static class Annotated {}
    }

    @Test
    void hqlOfTwoWordsIsKnownByWhatItIsHandedTo() {
        assertThat(shortly(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, Bare.class, Bare.Annotated.class))
                .extracting(text -> text.replaceAll(".* has SQL with ", ""))
                .containsExactlyInAnyOrder("DELETE of bare", "DELETE of appended", "DELETE of named");
    }

    @SuppressWarnings("unused")
    static class Instance {
        private final String sql = "delete from instance";
        private final String built = String.join(" ", "delete from", "built");

        Instance() {}

        Instance(int other) {}

        String run() {
            return sql;
        }
    }

    /** The compiler puts a constant of an instance into each constructor, and where it is used. */
    @Test
    void aConstantOfAnInstanceIsFoundWhereItIsUsed() {
        assertThat(shortly(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, Instance.class))
                .filteredOn(text -> text.contains("instance"))
                .containsExactly("Method <SqlLiteralRulesTest$Instance.run()> has SQL with DELETE of instance");
    }

    static class Message {
        String run() {
            return "delete from ticket";
        }
    }

    @Test
    void saysWhereAndWhatToDo() {
        assertThat(violations(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, Message.class))
                .containsExactly("Method <SqlLiteralRulesTest$Message.run()> has SQL with DELETE of ticket in "
                        + "(SqlLiteralRulesTest.java:" + LINE_OF_MESSAGE
                        + "): rows are removed for good, past every interceptor. Mark them, or "
                        + "@AllowsHardDelete(reason = …, ticket = …, until = …).");
    }

    private static final int LINE_OF_MESSAGE = 159;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Delete from the list",
                "delete from the list of tickets",
                "delete from the list",
                "delete from a list where nobody looks",
                "delete from cache failed",
                "drop table to its place",
                "delete",
                "delete ",
                "Deleted ticket",
                "deleted_at",
                "delete failed",
                "delete ticket",
                "truncate the text",
                "truncate text",
                "Drop table",
                "drop",
                "drop the table",
                "update ticket set deleted_at = now() where id = ?",
                "select * from ticket where state = 'delete from ticket'",
                "insert into audit (what) values ('truncate table x')",
                "create table x (y int references z on delete cascade)",
                "You cannot delete from ticket",
                "ticket.delete.from.where",
                "Delete from disk where possible",
                "lock the row and delete from cache",
                "copy {0} to {1}",
                "delete {0}?",
                "/tickets/delete",
                "",
            })
    void sentencesAndOtherSqlAreNot(String text) {
        assertThat(SqlText.of(text).removal(RuleOptions.standard())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from ticket",
                "DELETE FROM Ticket t",
                "delete Ticket t where t.x = 1",
                "delete from  Address a where a.town in (select t from Town t)",
                "delete from Item it where it.id = 1",
                "(delete from ticket)",
                "/* x */ delete from ticket",
                "TRUNCATE ticket",
                "truncate ticket cascade",
                "drop schema tenants",
                "merge into t using s on (t.id = s.id) when matched then delete",
                "begin; delete from ticket; end",
                "insert into bin select * from ticket; delete from ticket",
                "delete from ",
                "truncate table ",
                "Delete from ticket where id = ?",
                "TRUNCATE log, note, tag, ticket",
                "LOCK TABLE ticket; DELETE FROM ticket",
                "start transaction; delete from ticket; commit",
                "copy ticket to stdout; delete from ticket",
                "prepare p as delete from ticket",
                "DO $$ begin delete from ticket; end $$",
                "delete top (10) from ticket",
            })
    void removalsAre(String text) {
        assertThat(SqlText.of(text).removal(RuleOptions.standard())).isPresent();
    }

    @Test
    void onlyTablesThatWereNamed() {
        RuleOptions options = RuleOptions.standard().protectedTables("Ticket");
        assertThat(SqlText.of("delete from ticket").removal(options)).hasValue("DELETE of ticket");
        assertThat(SqlText.of("delete from log").removal(options)).isEmpty();
        assertThat(SqlText.of("delete from ").removal(options)).hasValue("DELETE of a table that is not known here");
    }

    /** With tables named, one that is put in later may be any of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM %s WHERE id = ?",
                "TRUNCATE TABLE %1$s",
                "DELETE FROM {0}TRIGGERS WHERE x = ?",
                "delete from #{#entityName} e where e.id = 1",
                "delete from ${table}",
                "delete from ${prefix.name}log where id = #{id}",
                "drop table {table}",
                "DELETE FROM \"%s\".\"%s\"",
                "TRUNCATE TABLE `%s`",
                "delete from tenant_",
                "DELETE TOP (10) FROM %s",
            })
    void tablesThatArePutInLaterAreProtected(String text) {
        assertThat(SqlText.of(text).removal(RuleOptions.standard().protectedTables("ticket")))
                .isPresent()
                .get()
                .asString()
                .endsWith(" of a table that is not known here");
    }

    /** Of Micronaut Data, say. */
    @Retention(RetentionPolicy.CLASS)
    @interface Query {
        String value();
    }

    interface Rows {
        @Query("delete from ticket where id = :id")
        void wipe(int id);

        @org.springframework.data.jpa.repository.Query("delete from Ticket t")
        void all();

        @org.apache.ibatis.annotations.Delete("delete from ticket")
        void mapped();
    }

    interface Read extends org.springframework.data.repository.Repository<Object, Integer> {
        @org.springframework.data.jpa.repository.Query("delete from Ticket t")
        void all();
    }

    /** Spring's where Spring reads it, MyBatis's everywhere; these are found by other rules. */
    @Test
    void annotationsAreLeftOutWhereAnotherRuleReadsThem() {
        assertThat(shortly(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, Rows.class, Read.class))
                .containsExactly(
                        "Method <SqlLiteralRulesTest$Rows.all()> is annotated with @Query and has SQL with DELETE of ticket",
                        "Method <SqlLiteralRulesTest$Rows.wipe(int)> is annotated with @Query and has SQL with DELETE of ticket");
    }

    @NamedQuery(name = "wipe", query = "delete from Wiped w")
    static class OnClass {}

    @Test
    void annotationsOfClassesAreSeen() {
        assertThat(shortly(SqlLiteralRules.NO_REMOVAL_IN_TEXTS, OnClass.class))
                .containsExactly(
                        "Class <SqlLiteralRulesTest$OnClass> is annotated with @NamedQuery and has SQL with DELETE of wiped");
    }

    static class Queries {
        String byId() {
            return "select * from ticket where id = ?";
        }

        String ofTenant() {
            return "select * from ticket where tenant_id = ?";
        }

        String change() {
            return "update ticket set closed = true";
        }

        String shared() {
            return "select * from country";
        }

        String built(String column) {
            return "select " + column + " from public.\"ticket\" t";
        }

        String sentence() {
            return "Select a ticket";
        }
    }

    @Test
    void queriesWithoutTenant() {
        assertThat(shortly(
                        SqlLiteralRules.noSqlWithoutTenant(
                                RuleOptions.standard().protectedTables("ticket")),
                        Queries.class))
                .containsExactly(
                        "Method <SqlLiteralRulesTest$Queries.built(java.lang.String)> has SQL about ticket without tenant_id",
                        "Method <SqlLiteralRulesTest$Queries.byId()> has SQL about ticket without tenant_id",
                        "Method <SqlLiteralRulesTest$Queries.change()> has SQL about ticket without tenant_id");
        assertThat(shortly(SqlLiteralRules.noSqlWithoutTenant(RuleOptions.standard()), Queries.class))
                .isEmpty();
        assertThat(shortly(
                        SqlLiteralRules.noSqlWithoutTenant(
                                RuleOptions.standard().protectedTables("ticket").tenantColumns("id")),
                        Queries.class))
                .hasSize(3);
    }
}
