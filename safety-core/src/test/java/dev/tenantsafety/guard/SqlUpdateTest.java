package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlUpdateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "update ticket set a = 1 where b = 2              | [ticket] [a]",
                "update only s.\"Ticket\" as t set \"A\" = b, c = (select d from e where f = 1) | [ticket, as, t] [a, c]",
                "update ticket t set (a, b) = (1, 2), c = f(d = 3) from x where t.id = x.id  | [ticket, t] [a, b, c]",
                "update ticket t set t.a = 1                       | [ticket, t] [a]",
                "with x as (update ticket set a = 1 returning b = c) select 1 | [ticket] [a]",
                "insert into ticket (a) values (1) on conflict (a) do update set b = excluded.b where ticket.c = 1 | [ticket] [b]",
                "insert into ticket (a) values (1) on duplicate key update b = 2 | [ticket] [b]",
                "merge into ticket t using x on t.a = x.a when matched then update set b = 1 when not matched then insert (a) values (1) "
                        + "| [ticket, t] [b]",
                "update a set b = 1; update c set d = 2            | [a] [b]; [c] [d]",
                "update only (ticket) set a = 1                    | [ticket] [a]",
                "update ticket set a = case when b = 1 then 2 end, c = d is distinct from e, f = 3 from g where h = 4 | [ticket] [a, c, f]",
                "update ticket set a = b = c                       | [ticket] [a]",
                "update ticket set t.a[1] = 2, b += 1, c := 3      | [ticket] [a, b, c]",
                "prepare p as update ticket set a = 1              | [ticket] [a]",
                "do $$ begin if x then update ticket set a = 1; end if; end $$ | [ticket] [a]",
                "do E'begin upd\\x61te ticket set a = 1; end'    | [ticket] [a]",
                "create rule r as on insert to b do also update ticket set a = 1 | [ticket] [a]",
                "merge into ticket (a, b) key (a) values (1, 2)     | [ticket] [b]",
                "merge into ticket values (1, 2)                    | [ticket] [*]",
                "replace into ticket (a, b) select 1, 2             | [ticket] [a, b]",
            })
    void isFound(String sql, String expected) {
        assertThat(SqlUpdate.in(sql).stream()
                        .map(update -> update.tables() + " " + new TreeSet<>(update.columns()))
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "update",
                "select a from ticket where b = 1 for update",
                "select a from ticket for no key update of ticket",
                "create table a (b int references c on update cascade)",
                "create trigger t before update on ticket for each row execute function f()",
                "grant select, update on ticket to app",
                "insert into log values ('update ticket set a = 1')",
                "select update from ticket",
                "select replace(a, 'b', 'c') from ticket",
                "merge into ticket t using x on t.a = x.a when not matched then insert (a) values (1)",
                "insert into ticket (a) values (1) on conflict do nothing",
            })
    void isNotThere(String sql) {
        assertThat(SqlUpdate.in(sql)).isEmpty();
    }
}
