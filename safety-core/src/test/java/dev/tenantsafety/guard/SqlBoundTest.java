package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes have a tenant, lines belong to a note and have a key of two columns. */
class SqlBoundTest {

    private static final Map<String, Set<Set<String>>> KEYS = Map.of(
            "note", Set.of(Set.of("id"), Set.of("tenant")),
            "line", Set.of(Set.of("note_id"), Set.of("page", "no")));

    private static boolean isBounded(String sql) {
        return SqlRemoval.in(sql).stream()
                .allMatch(removal -> SqlBound.isBounded(removal, table -> KEYS.getOrDefault(table, Set.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from note where id = ?",
                "DELETE FROM public.\"NOTE\" N WHERE n.ID = 5",
                "delete note where id = 5",
                "delete from only (note) where note.id = 5",
                "delete from note where ? = id",
                "delete from note where ((id = ?))",
                "delete from note where text like '%x%' and tenant = ?::uuid",
                "delete from note where text between 'a' and 'b' and tenant = cast(? as uuid)",
                "delete from note where tenant = current_setting('app.tenant')::uuid and text <> 'y'",
                "delete from note where id in (?, ?, ?)",
                "delete from note where id = any(?)",
                "delete from note where id in (select unnest(?))",
                "delete from note where id = 1 or id = 2",
                "delete from note where (id = 1 and text = 'x') or (text = 'y' and tenant = ?)",
                "delete from note where tenant = ? and (text = 'x' or text is null)",
                "delete from note where tenant = ? returning id, text",
                "delete from note where tenant = ? limit 10",
                "with gone as (delete from note where tenant = ? returning id) select id from gone",
                "delete from note where id in (select id from note where tenant = ? order by text limit 10)",
                "delete from line where note_id in (select id from note where tenant = ?)",
                "delete from line where note_id = (select n.id from note n where n.tenant = ? and n.text = 'x')",
                "delete from line where exists (select 1 from note n where n.id = line.note_id and n.tenant = ?)",
                "delete from line l using note n where l.note_id = n.id and n.tenant = ?",
                "delete from line where note_id in (select n.id from note n join other o on o.note_id = n.id where n.tenant = ?)",
                "delete from line where page = 1 and no = 2",
                "delete from line where (page, no) = (1, 2)",
                "delete from line where (page, no) in ((1, 2), (3, 4))",
                "do $$ begin delete from note where id = 'a'; end $$",
            })
    void isOfOneOwner(String sql) {
        assertThat(isBounded(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from note",
                "delete from note where text = 'id = 1'",
                "delete from note where text = $$tenant = 1$$ /* and id = 1 */ -- and id = 1",
                "delete from note where 'id' = 'id'",
                "delete from note id where 1 = 1",
                "delete from note where text = 'x' returning id",
                "delete from note where id = id",
                "delete from note where tenant = coalesce(?, tenant)",
                "delete from note where id = ? or 1 = 1",
                "delete from note where id = ? or text = 'x'",
                "delete from note where text = 'x' and (tenant = ? or true)",
                "delete from note where not id = ?",
                "delete from note where not (id = ?)",
                "delete from note where id <> ?",
                "delete from note where id != ?",
                "delete from note where id not in (?)",
                "delete from note where id >= ?",
                "delete from note where id <= ?",
                "delete from note where id between ? and ?",
                "delete from note where id like '%'",
                "delete from note where id is not null",
                "delete from note where id = ? is not null",
                "delete from note where (id = ?) is not null",
                "delete from note where (id = ?) = false",
                "delete from note where id in (?) = false",
                "delete from note where id = all(?)",
                "delete from note where case when id = ? then true else true end",
                "delete from note where coalesce(id = ?, true)",
                "delete from note where id in (?, id)",
                "delete from note where (id, text) in (select id, text from note)",
                "delete from note where id in (select id from note)",
                "delete from note where id in (select id from note where tenant = ? union select id from note)",
                "delete from note where id in (select n.id from note n left join note m on n.tenant = ?)",
                "delete from note where id in (select id from note where tenant = ? or true)",
                "delete from note where id in (select n.id from note n, note m where m.tenant = ?)",
                "delete from note where id in (select id from other)",
                "delete from note where exists (select id from note)",
                "delete from note where exists (select 1 from note n where n.id = ?)",
                "delete from note where exists (select 1 from other where tenant = ?)",
                "delete from note where not exists (select 1 from note n where n.id = note.id and n.tenant = ?)",
                "delete from note using other o where o.id = ?",
                "delete from note n using other o where n.id = o.note_id",
                "delete from line where page = 1",
                "delete from line where no = 2 or page = 1",
                "delete from line where note_id in (select id from note)",
                "with x as (delete from note returning id) select id from x where id = 1",
                "with note as (select 1 as id, ? as tenant) delete from line where note_id in (select id from note where tenant = ?)",
                "delete from note where current of cursor",
                "delete a, note from a, note where note.id = 1",
                "truncate note",
                "merge into note using x on note.id = 1 when matched then delete",
            })
    void isOfAll(String sql) {
        assertThat(isBounded(sql)).isFalse();
    }
}
