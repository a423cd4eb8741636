package dev.tenantsafety.hibernate.orm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Shows;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard makes of SQL, however it is written. */
class StatementGuardTest {

    private final StatementGuard guard = new StatementGuard(null);

    StatementGuardTest() {
        guard.protect(
                "ticket",
                new GuardedTable(
                        "Ticket",
                        true,
                        Set.of(Set.of("id"), Set.of("tenant")),
                        Set.of("id", "tenant"),
                        Set.of("dtype"),
                        Set.of("deleted_at"),
                        false));
        Set<Set<String>> keys = Set.of(Set.of("id"), Set.of("tenant"));
        guard.protect("note", new GuardedTable("Note", false, keys, Set.of("id", "tenant"), Set.of(), Set.of(), false));
        guard.protect(
                "tenant_safety_deletion",
                new GuardedTable("DeletionRecord", true, Set.of(), Set.of(), Set.of(), Set.of("id", "reason"), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from ticket",
                "DELETE FROM TICKET WHERE id = ?",
                "delete\n\tfrom\n\"ticket\" t where t.id = 1",
                "delete from `ticket`",
                "delete from public.ticket",
                "delete from only ticket",
                "delete/**/from/* note */ticket",
                "delete -- from note\n from ticket",
                "update note set text = 'x' where id = 1; delete from ticket",
                "with gone as (delete from ticket returning *) select * from gone",
                "select 1; truncate ticket",
                "truncate table note, ticket",
                "TRUNCATE ONLY ticket CASCADE",
                "drop table if exists ticket",
                "merge into ticket using note on ticket.id = note.id when matched then delete",
                "delete t from ticket t",
                "delete from note",
                "delete from note where text = 'id'",
                "delete from note where text = $$tenant$$",
                "insert into x values ('it''s'); delete from ticket",
                "select E'it\\'s'; delete from ticket",
                "do $$ begin delete from ticket; end $$",
                "DO LANGUAGE plpgsql $b$ begin execute 'delete from ' || 'ticket'; delete from ticket; end $b$",
                "select 1; do 'begin delete from ticket; end'",
                "do $$ begin execute 'delete from ticket'; end $$",
                "explain analyze delete from ticket",
                "prepare p as delete from ticket",
                "execute immediate 'delete from ticket'",
                "delete from only (ticket)",
                "delete from U&\"t\\0069cket\"",
                "select 1 // '\n; delete from ticket -- '",
                "/* /* */ ' */ delete from ticket -- '",
                "select a$x$; delete from ticket -- $x$",
                "do E'begin del\\x65te from ticket; end'",
                "do $$ begin if true then delete from ticket; end if; end $$",
                "do $$ begin alter table ticket drop column tenant; end $$",
                "create function f() returns void language sql as $$ delete from ticket $$",
                "create rule r as on insert to other do also delete from ticket",
                "create trigger t after insert on other for each row begin delete from ticket; end",
                "delete from note where not id = 1",
                "delete from note where id = 1 or text = 'x'",
                "delete from note where id = id",
                "delete from note using other where other.id = 1",
                "delete from note where exists (select id from note where tenant = 1)",
                "delete from tenant_safety_deletion where id = 1",
                "DELETE FROM PUBLIC.\"TENANT_SAFETY_DELETION\"",
                "truncate tenant_safety_deletion",
                "drop table if exists tenant_safety_deletion",
                "alter table tenant_safety_deletion drop column reason"
            })
    @Shows("native DELETE, TRUNCATE, DROP TABLE, MERGE … DELETE through Hibernate, in an anonymous block too")
    void refuses(String sql) {
        assertThatThrownBy(() -> guard.inspect(sql)).isInstanceOf(HardDeleteRefusedException.class);
        assertThatThrownBy(() -> guard.inspect(sql)).isInstanceOf(HardDeleteRefusedException.class); // and again
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from ticket where deleted_at is null",
                "update ticket set deleted_by = ?, subject = (select deleted_at from note) where deleted_at = ?",
                "update other set deleted_at = ?, tenant = ?",
                "update note set deleted_at = ? where tenant = ?",
                "select * from ticket where tenant = ? for update",
                "do $$ begin update ticket set subject = 'x'; end $$",
                "insert into log values ('delete from ticket')",
                "select 'truncate ticket' from note",
                "select \"delete\" from ticket",
                "select $body$ delete from ticket $body$",
                "/* delete from ticket */ select 1",
                "delete from other",
                "delete from ticket_tags where ticket_id = ?",
                "delete from note where id = ?",
                "delete from note n where n.tenant = ? and text like '%x%'",
                "truncate other",
                "drop index ticket_index",
                "alter table ticket add foreign key (x) references y on delete set null",
                "delete from note where tenant = ? and (text = 'x' or text is null)"
            })
    void lets(String sql) {
        assertThat(guard.inspect(sql)).isSameAs(sql);
        assertThat(guard.inspect(sql)).isSameAs(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update ticket set tenant = ?",
                "UPDATE only public.\"ticket\" t SET subject = upper(t.subject), Tenant=1 where id = 2",
                "update ticket set (subject, tenant) = (select 1, 2)",
                "with x as (update ticket set tenant = 1 returning *) select * from x",
                "merge into ticket using note on ticket.id = note.id when matched then update set tenant = 1",
                "insert into ticket (id, tenant) values (1, 2) on conflict (id) do update set tenant = 2",
                "do $$ begin update note set tenant = 1; end $$",
                "update note as n set text = 'where', tenant = 3",
                "update only (note) set tenant = 3",
                "update note set text = case when id = 1 then 'a' end, tenant = 3",
                "do $$ begin if true then update note set tenant = 3; end if; end $$",
                "prepare p as update note set tenant = 3",
                "merge into note (id, text, tenant) key (id) values (1, 'x', 3)"
            })
    @Shows("native UPDATE, MERGE or ON CONFLICT UPDATE that sets a column of an owner, path or key, also of a link")
    void refusesToHandRowsOver(String sql) {
        assertThatThrownBy(() -> guard.inspect(sql))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageMatching(
                        "UPDATE by native SQL would set column tenant of (Note|Ticket), which is part of the row's owner, "
                                + "path or key\\. Change the entity in a session, or run a migration outside Hibernate\\. Refused: .*");
    }

    @Test
    @Shows("the same of a column of the tombstone, or the discriminator")
    void refusesMarksByHand() {
        assertThatThrownBy(() -> guard.inspect("update ticket set deleted_at = null where id = 1"))
                .isInstanceOf(MarkedException.class)
                .hasMessage(
                        "UPDATE by native SQL would set column deleted_at of Ticket, which only deletions and undo write. Call "
                                + "remove(…), Deletions.mark(…) or undo. Refused: update ticket set deleted_at = null where id = 1");
        assertThatThrownBy(() -> guard.inspect("update ticket set dtype = 'x'"))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageStartingWith(
                        "UPDATE by native SQL would set column dtype of Ticket, the discriminator: the row would become one of another "
                                + "entity. Insert a new row, or run a migration outside Hibernate.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into tenant_safety_deletion (id) values (1)",
                "INSERT INTO public.\"TENANT_SAFETY_DELETION\" select * from other",
                "with x as (insert into tenant_safety_deletion (id) values (1) returning id) select id from x",
                "merge into tenant_safety_deletion using other on 1 = 0 when not matched then insert (id) values (1)",
                "merge into tenant_safety_deletion key (id) values (1)",
                "copy tenant_safety_deletion from stdin",
                "do $$ begin insert into tenant_safety_deletion (id) values (1); end $$",
                "update tenant_safety_deletion set reason = 'x'"
            })
    void refusesToWriteRecordsOfDeletions(String sql) {
        assertThatThrownBy(() -> guard.inspect(sql))
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining("DeletionRecord, which only deletions and undo write. Call remove(…)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table ticket rename to other",
                "alter table note rename column tenant to other",
                "alter table public.note set schema other",
                "alter table note detach partition p",
                "alter table note truncate partition p",
                "alter table note alter column tenant type int using 1",
                "create synonym other for ticket",
                "alter table tenant_safety_deletion rename to other"
            })
    @Shows(
            "native ALTER TABLE … RENAME, DETACH, SET SCHEMA, TYPE … USING; DROP SCHEMA; what cannot be read, as an EXECUTE of a built text")
    void refusesToTakeRowsOutOfSight(String sql) {
        assertThatThrownBy(() -> guard.inspect(sql))
                .isInstanceOf(HardDeleteRefusedException.class)
                .hasMessageMatching(
                        ".* by native SQL would take rows or columns of \\w+ out of the guard\\. Run it as a migration, "
                                + "outside Hibernate\\. Refused: .*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop schema public cascade",
                "drop owned by current_user",
                "drop database x",
                "drop all objects",
                "shutdown",
                "runscript from 'x.sql'",
                "do $$ begin execute 'del' || 'ete from note'; end $$",
                "do $$ begin execute format('delete from %I', 'note'); end $$",
                "execute immediate 'del' || 'ete from note'",
                "create alias f as $$ void f() { } $$"
            })
    @Shows(
            "native ALTER TABLE … RENAME, DETACH, SET SCHEMA, TYPE … USING; DROP SCHEMA; what cannot be read, as an EXECUTE of a built text")
    void refusesWhatItCannotRead(String sql) {
        assertThatThrownBy(() -> guard.inspect(sql))
                .isInstanceOf(HardDeleteRefusedException.class)
                .hasMessageContaining(
                        " by native SQL does not show which tables it changes, and these may be guarded. Run it as a "
                                + "migration, outside Hibernate, or write out the statement. Refused: ");
    }

    /** Statements as programs send them, of which none touches what is guarded. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table report (id bigint primary key, note_id bigint references note on delete cascade on update cascade)",
                "create temporary table picked on commit delete rows as select id from ticket",
                "create index ticket_subject on ticket using gin (subject)",
                "create unique index concurrently if not exists i on ticket (tenant, subject) where deleted_at is null",
                "create or replace view open_tickets as select * from ticket where deleted_at is null",
                "create materialized view m as select tenant, count(*) from ticket group by tenant",
                "refresh materialized view concurrently m",
                "create sequence s start with 1 increment by 50",
                "create extension if not exists pg_trgm",
                "create table event (name text default 'drop table ticket')",
                "alter table report add column deleted_at timestamp, drop column old, rename to reports",
                "alter table ticket add column color varchar(10) default 'red'",
                "alter table ticket rename constraint a to b",
                "alter table ticket alter column subject set data type varchar(200)",
                "drop table if exists report, old_report cascade",
                "truncate table report restart identity",
                "delete from report where note_id in (select id from note)",
                "update report set tenant = ?, id = ? where deleted_at is null",
                "insert into report (id, note_id) select nextval('s'), id from note on conflict (id) do update set note_id = excluded.note_id",
                "insert into ticket (id, tenant, subject) values (?, ?, 'please delete from note; drop table ticket')",
                "insert into ticket (id, subject) values (?, ?) on conflict (id) do nothing",
                "insert into report select * from tenant_safety_deletion",
                "merge into report r using note n on r.id = n.id when matched then delete when not matched then insert (id) values (n.id)",
                "merge into ticket t using report r on t.id = r.id when matched then update set subject = r.name",
                "update ticket set subject = case when subject = 'delete' then 'update' else subject end where tenant = ?",
                "update ticket set subject = replace(subject, 'truncate', 'drop'), version = version + 1 where id = ?",
                "update ticket t set subject = n.text from note n where n.id = t.note_id and t.tenant = ?",
                "update ticket set data = jsonb_set(data, '{tenant}', '\"x\"') where data ?? 'tenant' and data @> '{\"id\": 1}'",
                "update ticket set data['tenant'] = '1', flag = tenant = ? where id = ?",
                "select t.*, n.id as \"delete\" from ticket t left join note n on n.ticket_id = t.id where t.tenant = ?::uuid",
                "select * from ticket where subject ilike '%drop table ticket%' order by deleted_at desc nulls last limit 10",
                "select data->>'update', data#>>'{a,b}', data - 'delete' from ticket where data ??| array['x']",
                "select $fn$ delete from ticket $fn$, $1::text, E'it\\'s; delete from note', U&'\\0061' from ticket",
                "select `id`, `update` from `ticket` where `tenant` = ?",
                "select [delete] from [ticket] where [tenant] = ?",
                "select id from ticket where tenant = ? for update of ticket skip locked",
                "select id from ticket where tenant = ? for no key update nowait",
                "with recursive tree as (select id from note where parent_id is null union all select n.id from note n join tree t on "
                        + "n.parent_id = t.id) select * from tree",
                "select count(*) filter (where deleted_at is not null) over (partition by tenant) from ticket",
                "/* delete from note */ select 'http://x' as url, q'[it]' -- drop table ticket",
                "call archive_old_notes(?)",
                "{? = call count_of(?)}",
                "explain analyze select * from ticket",
                "grant select, insert, update, delete on ticket to app",
                "create policy p on ticket for delete using (tenant = current_setting('app.tenant')::uuid)",
                "create trigger t after insert or update or delete on ticket for each row execute function notify_all('update')",
                "create function bump() returns trigger language plpgsql as $$ begin new.version = old.version + 1; return new; end $$",
                "do $$ declare n int; begin select count(*) into n from ticket; raise notice 'to delete: %', n; end $$",
                "comment on column ticket.tenant is 'set by insert, never by update'",
                "lock table ticket in share mode",
                "vacuum analyze ticket",
                "set local app.tenant = 'delete'",
                "copy ticket to stdout"
            })
    @Shows("other native SQL: SELECT, INSERT, an UPDATE of other columns, DDL of what is not guarded")
    void letsOrdinarySqlPass(String sql) {
        assertThat(guard.inspect(sql)).isSameAs(sql);
    }

    @Test
    void looksAtWhatAnotherInspectorMakesOfIt() {
        StatementGuard second = new StatementGuard(sql -> "delete from ticket");
        second.protect("ticket", new GuardedTable("Ticket", true, Set.of(), Set.of(), Set.of(), Set.of(), false));
        assertThatThrownBy(() -> second.inspect("select 1")).isInstanceOf(HardDeleteRefusedException.class);
    }

    @Test
    void namesTheEntityAndTheSafeCall() {
        assertThatThrownBy(() -> guard.inspect("DELETE  FROM ticket"))
                .hasMessage(
                        "DELETE by native SQL would remove rows of Ticket for good. Use remove(…), which marks what can be "
                                + "marked, or Deletions.mark(…) for many. Refused: delete from ticket");
        assertThatThrownBy(() -> guard.inspect("delete from note"))
                .hasMessageStartingWith(
                        "DELETE by native SQL would remove rows of Note for good, of any owner. Add to its WHERE, "
                                + "with AND: id = ?, or tenant = ?. Otherwise use remove(…), which marks what can be marked");
        assertThatThrownBy(() -> guard.inspect("truncate note"))
                .hasMessageStartingWith(
                        "TRUNCATE by native SQL would remove rows of Note for good, of any owner. Use remove(…)");
    }
}
