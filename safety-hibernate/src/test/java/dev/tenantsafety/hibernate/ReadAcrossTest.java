package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hibernate.LockMode;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is owned or shared is not written in {@link CrossTenant#read}: not by a lock, and not by native SQL. */
@ParameterizedClass
@EnumSource(Database.class)
class ReadAcrossTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row {
        @Id
        long id;

        @Version
        int version;

        String name = "";

        void rename(String to) {
            name = to;
        }
    }

    @Entity(name = "Tag")
    @Shared("a catalog")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Tag extends Row {
        @ElementCollection
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "TagMore")
    static class TagMore extends Tag {
        String more = "";
    }

    @MappedSuperclass
    @Shared("a catalog")
    abstract static class Catalog extends Row {}

    @Entity(name = "Color")
    static class Color extends Catalog {}

    @Entity(name = "Log")
    @Unowned("a log")
    static class Log extends Row {}

    @Entity(name = "Box")
    static class Box extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> words = new HashSet<>();
    }

    /** Hibernate writes the places of a list into its elements, though these alone know where they belong. */
    @Entity(name = "Folder")
    static class Folder extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "folder")
        @OrderColumn(name = "place")
        List<Sheet> sheets = new ArrayList<>();

        List<Sheet> sheets() {
            return sheets;
        }
    }

    @Entity(name = "Sheet")
    static class Sheet extends Row {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder folder;
    }

    private static final long ID = 1;
    private static final List<Class<? extends Row>> NOT_WRITTEN =
            List.of(Tag.class, TagMore.class, Color.class, Box.class);

    ReadAcrossTest(Database database) {
        super(new World(
                database,
                List.of(Tag.class, TagMore.class, Color.class, Log.class, Box.class, Folder.class, Sheet.class),
                Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            for (Row row : List.of(new Tag(), new TagMore(), new Color(), new Log(), new Box())) {
                row.id = row instanceof TagMore ? ID + 1 : ID;
                em.persist(row);
            }
        });
    }

    private static long id(Class<? extends Row> type) {
        return type == TagMore.class ? ID + 1 : ID;
    }

    private void read(Consumer<EntityManager> work) {
        CrossTenant.read("report").run(() -> world.without(work));
    }

    private void assertReadOnly(String what, ThrowingCallable work) {
        assertThatThrownBy(work).as(what).satisfies(thrown -> assertThat(causes(thrown))
                .anyMatch(CrossTenantReadOnlyException.class::isInstance));
    }

    private static final Map<String, Locking> LOCKS = Map.of(
            "find", (em, type, mode) -> em.find(type, id(type), mode),
            "lock", (em, type, mode) -> em.lock(em.find(type, id(type)), mode),
            "refresh", (em, type, mode) -> em.refresh(em.find(type, id(type)), mode),
            "findMultiple", (em, type, mode) -> em.unwrap(Session.class).findMultiple(type, List.of(id(type)), mode),
            "query",
                    (em, type, mode) -> em.createQuery("from " + type.getSimpleName() + " where id = " + id(type), type)
                            .setLockMode(mode)
                            .getResultList());

    /** A way to lock a row. */
    private interface Locking {
        void lock(EntityManager em, Class<? extends Row> type, LockModeType mode);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPTIMISTIC_FORCE_INCREMENT", "PESSIMISTIC_FORCE_INCREMENT"})
    void noLockIncrementsAVersion(LockModeType mode) {
        for (Class<? extends Row> type : NOT_WRITTEN) {
            LOCKS.forEach((name, way) ->
                    assertReadOnly(name + " of " + type.getSimpleName(), () -> read(em -> way.lock(em, type, mode))));
        }
        assertThat(List.of(
                        world.count("tag where version > 0"),
                        world.count("color where version > 0"),
                        world.count("box where version > 0")))
                .containsExactly(0L, 0L, 0L);
    }

    @Test
    void noLockOfAStatelessSessionIncrementsAVersion() {
        for (Class<? extends Row> type : NOT_WRITTEN) {
            Throwable thrown = catchThrowable(() -> CrossTenant.read("report")
                    .run(() -> World.stateless(
                            world.safe, session -> session.get(type, id(type), LockMode.PESSIMISTIC_FORCE_INCREMENT))));
            assertThat(thrown instanceof Error).isFalse(); // Hibernate itself increments none
        }
        assertThat(List.of(
                        world.count("tag where version > 0"),
                        world.count("color where version > 0"),
                        world.count("box where version > 0")))
                .containsExactly(0L, 0L, 0L);
    }

    @Test
    void whatIsSharedByASuperclassIsNotWrittenEither() {
        assertReadOnly("managed", () -> read(em -> em.find(Color.class, ID).rename("other")));
        assertReadOnly(
                "query",
                () -> read(
                        em -> em.createQuery("update Color set name = 'other'").executeUpdate()));
    }

    @ParameterizedTest
    @EnumSource(names = {"OPTIMISTIC_FORCE_INCREMENT", "PESSIMISTIC_FORCE_INCREMENT"})
    void otherLocksIncrement(LockModeType mode) {
        read(em -> em.find(Log.class, ID, mode));
        for (Class<? extends Row> type : NOT_WRITTEN) {
            LOCKS.forEach((name, way) -> world.across(em -> way.lock(em, type, mode)));
        }
        inA(em -> em.find(Tag.class, ID, mode));
        world.without(em -> em.find(Color.class, ID, mode));
        read(em -> em.find(Tag.class, ID, LockModeType.PESSIMISTIC_WRITE));
        assertThat(List.of(world.count("log where version = 1"), world.count("color where version = 6")))
                .containsExactly(1L, 1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update box set name = 'other'",
                "update box set name = 'other' where tenant is not null",
                "update tag set name = 'other'",
                "update tagmore set more = 'other'",
                "update color set name = 'other'",
                "delete from color",
                "delete from box where id = 1",
                "delete from tag_words",
                "insert into color (id, version, name) values (7, 0, 'new')",
                "insert into box_words (box_id, words) values (1, 'word')",
                "insert into tag_words (tag_id, words) values (1, 'word')",
                "insert into color (id, version, name) select id + 10, version, name from color",
                "truncate table color",
                "merge into color using (select 1 as k) x on color.id = x.k when matched then update set name = 'other'",
                "alter table color rename to colour",
                "drop table tag_words"
            })
    void nativeSqlWritesNothing(String sql) {
        assertReadOnly(sql, () -> read(em -> em.createNativeQuery(sql).executeUpdate()));
        // Not remembered for other scopes.
        assertReadOnly(sql, () -> read(em -> em.createNativeQuery(sql).executeUpdate()));
    }

    @Test
    void nativeSqlReads() {
        read(em -> {
            assertThat(em.createNativeQuery("select name from color for update", String.class)
                            .getSingleResult())
                    .isEqualTo("");
            assertThat(em.createNativeQuery("update log set name = 'read'").executeUpdate())
                    .isOne();
        });
        assertThat(world.count("log where name = 'read'")).isOne();
    }

    @Test
    void nativeSqlWritesInOtherScopes() {
        String sql = "update color set name = 'other'";
        assertReadOnly(sql, () -> read(em -> em.createNativeQuery(sql).executeUpdate()));
        world.across(em -> assertThat(em.createNativeQuery(sql).executeUpdate()).isOne());
        inA(em -> assertThat(em.createNativeQuery(sql).executeUpdate()).isOne());
        world.without(
                em -> assertThat(em.createNativeQuery(sql).executeUpdate()).isOne());
        assertReadOnly(sql, () -> read(em -> em.createNativeQuery(sql).executeUpdate()));
    }

    @Test
    void placesInAListThatItsElementsKeepAreNotWritten() {
        inA(em -> {
            Folder folder = new Folder();
            folder.id = ID;
            em.persist(folder);
            for (long id = ID; id <= ID + 1; id++) {
                Sheet sheet = new Sheet();
                sheet.id = id;
                sheet.folder = folder;
                em.persist(sheet);
                folder.sheets.add(sheet);
            }
        });
        Map<String, Consumer<Folder>> changes = Map.of(
                "reverse", folder -> Collections.reverse(folder.sheets()),
                "add", folder -> folder.sheets().add(folder.sheets().get(0)));
        changes.forEach(
                (name, change) -> assertReadOnly(name, () -> read(em -> change.accept(em.find(Folder.class, ID)))));
        assertReadOnly(
                "add to what is not read",
                () -> read(em -> em.find(Folder.class, ID).sheets().add(em.getReference(Sheet.class, ID))));
        assertThat(world.rows("select id, place from sheet order by id")).containsExactly("1 | 0 | ", "2 | 1 | ");
    }
}
