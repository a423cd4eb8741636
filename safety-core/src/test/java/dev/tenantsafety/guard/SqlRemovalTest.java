package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlRemovalTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "delete from ticket                             | DELETE [ticket]",
                "DELETE FROM ONLY public.\"Ticket\" where id = ? | DELETE [ticket]",
                "delete Ticket                                  | DELETE [ticket]",
                "delete Ticket t where t.id = 1                 | DELETE [ticket, t]",
                "delete t from ticket t                         | DELETE [ticket, t]",
                "delete a, b from a, b where a.id = b.id        | DELETE [a, b]", // MySQL: both go
                "with x as (select 1) delete from ticket        | DELETE [ticket]",
                "with x as (delete from ticket returning *) select * from x | DELETE [ticket]",
                "explain analyze delete from ticket             | DELETE [ticket]",
                "/* c */ delete /* from x */ from ticket         | DELETE [ticket]",
                "begin; delete from a; truncate b, c.d cascade  | DELETE [a]; TRUNCATE [b, d, cascade]",
                "truncate table only ticket                     | TRUNCATE [ticket]",
                "drop table if exists a, b cascade              | DROP [a, b, cascade]",
                "drop schema tenants                            | DROP [tenants]",
                "alter table ticket drop column subject         | ALTER … DROP [ticket]",
                "alter table only ticket drop subject           | ALTER … DROP [ticket]",
                "alter table ticket drop partition p            | ALTER … DROP [ticket]",
                "merge into ticket t using note n on t.id = n.id when matched then delete | MERGE … DELETE [ticket, t]",
                "if x then delete from ticket                   | DELETE [ticket]",
                "do $$ begin delete from ticket; end $$          | DELETE [ticket]",
                "do 'begin delete from \"a\"\"b\"; execute ''truncate b''; end' | DELETE [a, b]; TRUNCATE [b]",
                "select E'\\''; delete from ticket where x = '' | DELETE [ticket]",
                "delete from only (ticket)                      | DELETE [ticket]",
                "prepare p as delete from ticket                | DELETE [ticket]",
                "create procedure p() as delete from ticket     | DELETE [ticket]",
                "execute immediate 'delete from ticket'         | DELETE [ticket]",
                "do $$ begin alter table ticket drop column a; end $$ | ALTER … DROP [ticket]",
                "do $$ begin merge into a using b on c when matched then delete; if d then delete from ticket; end if; end $$"
                        + " | MERGE … DELETE [a]; DELETE [ticket]",
                "create function f() returns void language sql as $$ delete from ticket $$ | DELETE [ticket]",
                "create rule r as on update to a do also delete from ticket | DELETE [ticket]",
            })
    void isFound(String sql, String expected) {
        assertThat(SqlRemoval.in(sql).stream()
                        .map(removal -> removal.act() + " " + removal.tables())
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "select 1",
                "select truncate(x, 2), \"delete\" from ticket where deleted_at is null",
                "insert into log values ('delete from ticket')",
                "select $body$ delete from ticket $body$",
                "create table a (b int references c on delete cascade)",
                "create trigger t before delete on ticket for each row execute function f()",
                "create trigger t after insert or delete on ticket",
                "create table event (a text default 'delete from ticket')",
                "comment on table a is 'drop table ticket'",
                "create rule r as on delete to ticket do instead nothing",
                "create policy p on ticket for delete using (true)",
                "grant select, delete on ticket to app",
                "grant delete, truncate on ticket to app",
                "drop table if exists pg_temp.ticket",
                "drop index ticket_index",
                "drop view tickets",
                "alter table ticket drop constraint c",
                "alter table ticket alter column a drop not null, alter b drop default",
                "alter table ticket drop primary key",
                "alter index i drop x",
                "update ticket set subject = 'drop table ticket'",
                "delete",
                "truncate",
                "drop",
            })
    void isNotThere(String sql) {
        assertThat(SqlRemoval.in(sql)).isEmpty();
    }

    @Test
    void commentsEndWithTheirLine() {
        assertThat(SqlRemoval.in("-- delete from a\ndelete from b").get(0).tables())
                .containsExactly("b");
    }

    @Test
    void namesAreThoseOfItsOwnStatement() {
        assertThat(SqlRemoval.in("delete from note where id = 1; update x set tenant = 2")
                        .get(0)
                        .names())
                .containsExactlyInAnyOrder("where", "id", "=", "1");
    }
}
