package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.SecondaryTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Native SQL through Hibernate, on tables of links and parts, in blocks, and as DDL. */
@ParameterizedClass
@EnumSource(Database.class)
class NativeSqlTest extends WorldTest {

    private final boolean isPostgres;

    @Entity(name = "Shelf")
    @Shared("a catalog")
    static class Shelf {
        @Id
        long id;

        @ManyToMany
        @JoinTable(
                name = "shelf_book",
                joinColumns = @JoinColumn(name = "shelf_id"),
                inverseJoinColumns = @JoinColumn(name = "book_id"))
        Set<Book> books = new HashSet<>();
    }

    @Entity(name = "Book")
    @SecondaryTable(name = "book_text", pkJoinColumns = @PrimaryKeyJoinColumn(name = "book_key"))
    static class Book implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Column(table = "book_text")
        String text = "text";

        @ElementCollection
        @CollectionTable(name = "book_words", joinColumns = @JoinColumn(name = "book_id"))
        Set<String> words = new HashSet<>();

        @ManyToMany
        @JoinTable(
                name = "book_other",
                joinColumns = @JoinColumn(name = "book_id"),
                inverseJoinColumns = @JoinColumn(name = "other_id"))
        Set<Book> others = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Page")
    @OwnedThrough("book")
    static class Page {
        @Id
        long id;

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        Book book;

        String name = "";
    }

    @Entity(name = "Plate")
    static class Plate extends Page {}

    NativeSqlTest(Database database) {
        super(new World(database, List.of(Shelf.class, Book.class, Page.class, Plate.class), Map.of()));
        isPostgres = database != Database.H2;
    }

    @BeforeEach
    void books() {
        world.without(em -> {
            Shelf shelf = new Shelf();
            shelf.id = 1;
            em.persist(shelf);
        });
        inA(em -> {
            for (long id = 1; id <= 2; id++) {
                Book book = new Book();
                book.id = id;
                book.words.add("word");
                book.others.add(book);
                em.persist(book);
                Page page = id == 1 ? new Page() : new Plate();
                page.id = id;
                page.book = book;
                em.persist(page);
                em.find(Shelf.class, 1L).books.add(book);
            }
        });
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (String table : List.of(
                "shelf_book", "book", "book_text", "book_words", "book_other", "page", "tenant_safety_deletion")) {
            world.rows("select * from " + table).forEach(row -> all.add(table + ": " + row));
        }
        return all;
    }

    private void refused(Class<? extends Throwable> refusal, String sql) {
        List<String> before = all();
        assertThatThrownBy(() -> inA(em -> em.createNativeQuery(sql).executeUpdate()))
                .as(sql)
                .isInstanceOf(refusal);
        assertThat(all()).isEqualTo(before);
    }

    private int changed(String sql) {
        int[] changed = {0};
        inA(em -> changed[0] = em.createNativeQuery(sql).executeUpdate());
        return changed[0];
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update book_words set book_id = 2 where book_id = 1",
                "update book_other set book_id = 2",
                "update book_other set other_id = 2",
                "update shelf_book set book_id = 2",
                "update book_text set book_key = 3 where book_key = 2",
                "update page set dtype = 'Plate'",
                "update page set book_id = 2",
                "merge into book_words using (select 1 as x) s on 1 = 1 when matched then update set book_id = 2",
                "insert into page (id, dtype, book_id) values (1, 'Page', 1) on conflict (id) do update set dtype = 'Plate'",
                "merge into page (id, dtype, book_id, name) key (id) values (1, 'Plate', 1, 'x')",
                "merge into page values (1)"
            })
    @Shows("native UPDATE, MERGE or ON CONFLICT UPDATE that sets a column of an owner, path or key, also of a link")
    void setsNoColumnThatSaysWhoOwnsALinkOrWhatARowIs(String sql) {
        refused(ForeignRowException.class, sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from shelf_book",
                "delete from shelf_book where shelf_id = 1",
                "delete from book_words where words = 'word' or book_id = 1",
                "delete from page where exists (select book_id from page)",
                "delete from page where not book_id = 7",
                "delete from page where id = id",
                "prepare p as delete from page",
                "explain analyze delete from page",
                "update book set name = 'x'; delete from page",
                "execute immediate 'delete from page'",
                "execute immediate 'del' || 'ete from page'",
                "do $$ begin execute 'del' || 'ete from page'; end $$",
                "do $$ begin if true then delete from page; end if; end $$",
                "do E'begin del\\x65te from page; end'",
                "with gone as (delete from book_words returning book_id) select book_id from gone where book_id = 1",
                "create rule gone as on insert to shelf do also delete from page",
                "create function gone() returns void language sql as 'delete from page'",
                "create alias gone as $$ void gone() { } $$",
                "create synonym gone for page",
                "alter table page rename to gone",
                "alter table page alter column name rename to gone",
                "alter table book alter column tenant type uuid using null",
                "drop schema public cascade",
                "drop all objects",
                "drop owned by current_user"
            })
    @Shows("native DELETE, TRUNCATE, DROP TABLE, MERGE … DELETE through Hibernate, in an anonymous block too")
    void removesNothingOfAllOwners(String sql) {
        refused(HardDeleteRefusedException.class, sql);
    }

    @Test
    void writesNoRecordOfADeletion() {
        String values =
                "(id, deleted_by, deleted_at, scope, marked) values ('35af1c07-0c92-4689-aa61-1316b6b1b1b1', 'x', "
                        + "current_timestamp, 'x', 'x')";
        for (String table : List.of(
                "tenant_safety_deletion",
                "PUBLIC.Tenant_Safety_Deletion",
                isPostgres ? "\"tenant_safety_deletion\"" : "\"TENANT_SAFETY_DELETION\"")) {
            refused(MarkedException.class, "insert into " + table + " " + values);
        }
        inA(em -> em.remove(em.find(Page.class, 1L)));
        inA(em -> em.remove(em.find(Book.class, 1L))); // ours is written
        assertThat(world.count("tenant_safety_deletion")).isEqualTo(1);
    }

    @Test
    void deletesByOwnerOrWholeKey() {
        assertThat(changed("delete from shelf_book where book_id = 1")).isEqualTo(1);
        assertThat(changed("delete from book_words where book_id in (1, 2) and words <> 'other'"))
                .isEqualTo(2);
        assertThat(changed("delete from book_other where other_id = 1")).isEqualTo(1);
        assertThat(changed("delete from page where id = 1 or (book_id = 2 and name = '')"))
                .isEqualTo(2);
        assertThat(changed("delete from book_other where book_id in (select id from book where tenant = '" + a.uuid()
                        + "')"))
                .isEqualTo(1);
    }

    @Test
    @Shows("other native SQL: SELECT, INSERT, an UPDATE of other columns, DDL of what is not guarded")
    void otherSqlRuns() {
        assertThat(changed("insert into page (id, dtype, book_id, name) values (7, 'Page', 1, 'drop table page')"))
                .isEqualTo(1);
        assertThat(changed("update page set name = case when id = 7 then 'delete' else 'truncate' end"))
                .isEqualTo(3);
        changed("create table page_log (id int primary key, page_id bigint references page on delete cascade)");
        changed("create index page_name on page (name)");
        changed("create view pages as select id, name from page where name <> 'delete'");
        changed("insert into page_log values (1, 7)");
        changed("alter table page_log rename to old_log");
        changed("delete from old_log");
        changed("drop table old_log");
        inA(em -> assertThat(em.createNativeQuery("select * from page where name = 'delete' for update", Page.class)
                        .getSingleResult())
                .isInstanceOf(Page.class));
        if (isPostgres) {
            changed(
                    "do $$ declare n int; begin select count(*) into n from page; raise notice 'to delete: %', n; end $$");
            inA(em -> assertThat(em.createNativeQuery(
                                    "select '{\"delete\": 1}'::jsonb->>'delete' || $x$ drop table page $x$",
                                    String.class)
                            .getSingleResult())
                    .isEqualTo("1 drop table page "));
        }
    }
}
