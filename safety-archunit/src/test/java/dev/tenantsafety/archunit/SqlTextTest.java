package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are SQL that removes, beyond the statements that begin with the verb. */
class SqlTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "TRUNCATE a, b, c, d | TRUNCATE of a",
                "do $$begin truncate ticket; end$$ | TRUNCATE of ticket",
                "begin truncate ticket; end; | TRUNCATE of ticket",
                "COPY (DELETE FROM ticket RETURNING *) TO STDOUT | DELETE of ticket",
                "EXECUTE 'delete from ticket' | DELETE of ticket",
                "execute immediate 'drop table ticket' | DROP of ticket",
                "BEGIN EXECUTE IMMEDIATE 'delete from ticket where name = ''x'''; END; | DELETE of ticket",
                "exec sp_executesql N'delete from ticket' | DELETE of ticket",
                "exec('truncate table ticket') | TRUNCATE of ticket",
                "DELETE t FROM ticket t JOIN site s ON s.id = t.site_id | DELETE of ticket",
                "delete t from ticket t inner join site s on s.id = t.site_id where s.closed | DELETE of ticket",
            })
    void removes(String text, String removal) {
        assertThat(SqlText.of(text).removal(RuleOptions.standard())).contains(removal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete Ticket", "delete Ticket t", "DELETE ticket"})
    void aSentenceIsAStatementWhereAQueryStands(String text) {
        assertThat(SqlText.ofQuery(text).removal(RuleOptions.standard())).contains("DELETE of ticket");
        assertThat(SqlText.of(text).removal(RuleOptions.standard())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete the ticket",
                "truncate a long name, if there is one",
                "Delete ticket",
                "delete tickets from the board when you join a team",
                "execute 'select 1'",
                "copy (select * from ticket) to stdout",
                "do not delete from here",
                "insert into log values ('delete from ticket')",
                "GRANT DELETE ON ticket TO x",
            })
    void removesNothing(String text) {
        assertThat(SqlText.of(text).removal(RuleOptions.standard())).isEmpty();
    }
}
