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
                new StatementGuard.GuardedTable(
                        "Ticket", true, Set.of("id", "tenant"), Set.of("tenant"), Set.of("deleted_at")));
        guard.protect(
                "note",
                new StatementGuard.GuardedTable("Note", false, Set.of("id", "tenant"), Set.of("tenant"), Set.of()));
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
                "do $$ begin execute 'delete from ticket'; end $$"
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
                "alter table ticket add foreign key (x) references y on delete set null"
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
                "update note as n set text = 'where', tenant = 3"
            })
    @Shows("native UPDATE, MERGE or ON CONFLICT UPDATE that sets a column of an owner, path or key")
    void refusesToHandRowsOver(String sql) {
        assertThatThrownBy(() -> guard.inspect(sql))
                .isInstanceOf(ForeignRowException.class)
                .hasMessageContaining("column tenant, which says whose its rows are");
    }

    @Test
    @Shows("the same of a column of the tombstone")
    void refusesMarksByHand() {
        assertThatThrownBy(() -> guard.inspect("update ticket set deleted_at = null where id = 1"))
                .isInstanceOf(MarkedException.class)
                .hasMessage(
                        "UPDATE by native SQL would set Ticket's column deleted_at, which only deletions and their undoing "
                                + "set. Use remove(…), Deletions.mark(…) and undo. Refused: update ticket set deleted_at = null where id "
                                + "= 1");
    }

    @Test
    void looksAtWhatAnotherInspectorMakesOfIt() {
        StatementGuard second = new StatementGuard(sql -> "delete from ticket");
        second.protect("ticket", new StatementGuard.GuardedTable("Ticket", true, Set.of(), Set.of(), Set.of()));
        assertThatThrownBy(() -> second.inspect("select 1")).isInstanceOf(HardDeleteRefusedException.class);
    }

    @Test
    void namesTheEntityAndTheSafeCall() {
        assertThatThrownBy(() -> guard.inspect("DELETE  FROM ticket"))
                .hasMessage(
                        "DELETE by native SQL would remove rows of Ticket for good. Use remove(…), which marks what can be "
                                + "marked, or Deletions.mark(…) for many. Refused: delete from ticket");
        assertThatThrownBy(() -> guard.inspect("delete from note"))
                .hasMessageStartingWith("DELETE by native SQL would remove rows of Note for good, whosever they are.");
    }
}
