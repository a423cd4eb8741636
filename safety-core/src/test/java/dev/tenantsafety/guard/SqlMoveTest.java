package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlMoveTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "alter table ticket rename to a                  | ALTER … RENAME",
                "alter table if exists only s.\"TICKET\" rename column a to b | ALTER … RENAME",
                "alter table ticket alter column a rename to b   | ALTER … RENAME",
                "alter table ticket detach partition p           | ALTER … DETACH",
                "alter table ticket truncate partition p         | ALTER … TRUNCATE",
                "alter table ticket set schema b                 | ALTER … SET SCHEMA",
                "alter table ticket alter a type int using b     | ALTER … TYPE … USING",
                "rename table ticket to b                        | RENAME TABLE",
                "create or replace synonym s for ticket          | CREATE SYNONYM",
                "do $$ begin alter table ticket rename to a; end $$ | ALTER … RENAME",
            })
    void isFound(String sql, String act) {
        assertThat(SqlMove.in(sql)).singleElement().satisfies(move -> {
            assertThat(move.act()).isEqualTo(act);
            assertThat(move.tables()).contains("ticket");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alter table",
                "alter table ticket add column rename_to int",
                "alter table ticket rename constraint a to b",
                "alter table ticket alter column a type int",
                "alter table ticket add constraint a unique using index b",
                "alter table ticket add exclude using gist (a with =)",
                "alter index a rename to ticket",
                "create index a on ticket using gin (b)",
                "alter table a add b int; select rename from ticket",
            })
    void isNotThere(String sql) {
        assertThat(SqlMove.in(sql)).isEmpty();
    }
}
