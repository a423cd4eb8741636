package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlInsertTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into ticket values (1)",
                "INSERT INTO public.\"TICKET\" (a) select b from c",
                "with x as (insert into ticket (a) values (1) returning a) select a from x",
                "merge into s.ticket using x on a = b when not matched then insert values (1)",
                "merge into ticket key (a) values (1)",
                "replace into ticket values (1)",
                "copy ticket (a) from stdin",
                "do $$ begin insert into ticket values (1); end $$",
            })
    void isFound(String sql) {
        assertThat(SqlInsert.in(sql)).extracting(SqlInsert::table).contains("ticket");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "insert",
                "insert into a select * from ticket",
                "select * into a from ticket",
                "create table a as select * from ticket",
                "copy ticket to stdout",
                "copy (select * from ticket) to stdout",
                "select replace(a, 'ticket', 'b') from ticket",
                "create or replace view v as select * from ticket",
                "create trigger t before insert on ticket for each row execute function f()",
                "grant insert on ticket to app",
            })
    void isNotThere(String sql) {
        assertThat(SqlInsert.in(sql)).extracting(SqlInsert::table).doesNotContain("ticket");
    }
}
