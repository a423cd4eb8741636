package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlUnnamedTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "drop schema if exists a cascade             | DROP SCHEMA",
                "select 1; DROP DATABASE a                   | DROP DATABASE",
                "drop owned by app                           | DROP OWNED",
                "drop all objects delete files               | DROP ALL",
                "drop domain a cascade                       | DROP DOMAIN",
                "shutdown immediately                        | SHUTDOWN",
                "runscript from 'a.sql'                      | RUNSCRIPT",
                "do $$ begin execute 'del' ~~ 'ete'; end $$  | EXECUTE of a text that is built",
                "do $$ begin execute format('a %I', b); end $$ | EXECUTE of a text that is built",
                "do $$ begin execute a; end $$               | EXECUTE of a text that is built",
                "create function f() returns trigger as $$ begin execute a; end $$ language plpgsql | EXECUTE of a text that is built",
                "execute immediate 'del' ~~ 'ete from a'     | EXECUTE of a text that is built",
                "execute immediate ?                         | EXECUTE of a text that is built",
                "exec (@a)                                   | EXECUTE of a text that is built",
                "create alias a as $$ void a() { } $$        | CREATE ALIAS … AS",
                "create trigger a before insert on b as 'c'  | CREATE TRIGGER … AS",
            })
    void isFound(String sql, String what) {
        assertThat(SqlUnnamed.in(sql.replace("~~", "||"))).containsExactly(what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "drop",
                "drop table a",
                "drop type a",
                "drop view a cascade",
                "alter table a drop column all",
                "execute a (1, 2)",
                "do $$ begin execute 'select 1' into a using b; end $$",
                "do $$ begin execute 'select 1'; end $$",
                "execute immediate 'select 1'",
                "create trigger a before insert on b for each row execute function c()",
                "create function f() returns trigger as $$ begin return new; end $$ language plpgsql",
                "create alias a for \"b.c\"",
                "grant execute on function a() to b",
                "grant select, execute on b to c",
                "select shutdown from a",
                "create schema a",
            })
    void isNotThere(String sql) {
        assertThat(SqlUnnamed.in(sql)).isEmpty();
    }
}
