package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlFileRulesTest {

    @TempDir
    private Path folder;

    private List<String> found(RuleOptions options) {
        return Violations.shortly(SqlFileRules.noRemovalIn(options, folder), SqlFileRulesTest.class);
    }

    @Test
    void migrationsAndMappers() throws IOException {
        Files.createDirectories(folder.resolve("db"));
        Files.writeString(folder.resolve("db/V7__tidy.sql"), """
                -- delete from comment
                create table x (id int);

                -- old ones
                delete from ticket where closed;
                -- allows hard delete: drafts belong to nobody
                delete from draft;
                insert into log values ('delete from text');
                alter table ticket drop column note""");
        Files.writeString(folder.resolve("TicketMapper.xml"), """
                <mapper namespace="tickets">
                  <select id="all">select * from ticket</select>
                  <delete
                      id="removeTicket">delete from ticket where id = #{id}</delete>
                  <!-- allows hard delete: drafts belong to nobody -->
                  <delete id="removeDraft">delete from draft</delete>
                </mapper>
                """);
        Files.writeString(folder.resolve("notes.txt"), "delete from ticket");
        assertThat(found(RuleOptions.standard()))
                .containsExactly(
                        "File <TicketMapper.xml> has a <delete> of id removeTicket",
                        "File <db/V7__tidy.sql> has SQL with ALTER … DROP of ticket",
                        "File <db/V7__tidy.sql> has SQL with DELETE of ticket");
        assertThat(found(RuleOptions.standard().protectedTables("other")))
                .containsExactly("File <TicketMapper.xml> has a <delete> of id removeTicket");
        assertThat(Violations.violations(
                        SqlFileRules.noRemovalIn(RuleOptions.standard(), folder.resolve("db")), SqlFileRulesTest.class))
                .contains(
                        "File <V7__tidy.sql> has SQL with DELETE of ticket in (V7__tidy.sql:5): rows are removed for good. Mark them, or "
                                + "say why in the line before: allows hard delete: …");
    }

    @Test
    void otherStatementsOfMappersThatRemove() throws IOException {
        Files.writeString(folder.resolve("TicketMapper.xml"), """
                <mapper namespace="tickets">
                  <update id="empty">TRUNCATE TABLE ticket</update>
                  <select id="take" resultType="map">
                    <!-- and gives them --> delete from ticket <where>id = #{id}</where> returning *
                  </select>
                  <update id="any"><![CDATA[ delete from ${table} where id < #{id} ]]></update>
                  <!-- allows hard delete: drafts belong to nobody -->
                  <update id="drafts">delete from draft</update>
                  <update id="close">update ticket set closed = true</update>
                  <select id="all">select * from ticket where note = 'delete from ticket'</select>
                </mapper>
                """);
        assertThat(found(RuleOptions.standard()))
                .containsExactly(
                        "File <TicketMapper.xml> has a <select> of id take with DELETE of ticket",
                        "File <TicketMapper.xml> has a <update> of id any with DELETE of a table that is not known here",
                        "File <TicketMapper.xml> has a <update> of id empty with TRUNCATE of ticket");
    }

    @Test
    void anExemptionNeedsItsReason() throws IOException {
        Files.writeString(folder.resolve("a.sql"), "-- allows hard delete:\ndelete from ticket;");
        assertThat(found(RuleOptions.standard())).hasSize(1);
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> SqlFileRules.noRemovalIn(RuleOptions.standard(), folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder.resolve("none") + " is no folder. Name one that holds migrations or mappers.");
    }
}
