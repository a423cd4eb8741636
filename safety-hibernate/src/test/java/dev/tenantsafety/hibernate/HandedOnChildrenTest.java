package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Children that are handed to another parent live, whatever becomes of the old one: in whatever order the session holds the parents, and the
 * program does it. Each program runs with Hibernate alone, too.
 */
@ParameterizedClass
@EnumSource(Database.class)
class HandedOnChildrenTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Volume")
    static class Volume extends Row {
        @OneToMany(mappedBy = "volume", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Page> pages = new ArrayList<>();

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "volume_id", nullable = false)
        Set<Review> reviews = new HashSet<>();

        @Embedded
        Extras extras = new Extras();
    }

    @Embeddable
    static class Extras {
        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinTable(name = "volume_sticker")
        @MapKey(name = "id")
        Map<String, Sticker> stickers = new HashMap<>();
    }

    @Entity(name = "Page")
    static class Page extends Row {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Volume volume;

        @OneToMany(mappedBy = "page", cascade = CascadeType.ALL, orphanRemoval = true)
        Set<Mark> marks = new HashSet<>();
    }

    @Entity(name = "Mark")
    static class Mark extends Row {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Page page;
    }

    @Entity(name = "Review")
    static class Review extends Row {}

    @Entity(name = "Sticker")
    static class Sticker extends Row {}

    HandedOnChildrenTest(Database database) {
        super(new World(
                database, List.of(Volume.class, Page.class, Mark.class, Review.class, Sticker.class), Map.of()));
    }

    private <R extends Row> R made(R row, String id) {
        row.id = id;
        row.tenant = a;
        return row;
    }

    private void fill(EntityManager em) {
        for (String id : List.of("v0", "v1")) {
            Volume volume = made(new Volume(), id);
            for (int i = 0; i < 2; i++) {
                Page page = made(new Page(), id + "p" + i);
                page.volume = volume;
                volume.pages.add(page);
                Mark mark = made(new Mark(), page.id + "m");
                mark.page = page;
                page.marks.add(mark);
                volume.reviews.add(made(new Review(), id + "r" + i));
                Sticker sticker = made(new Sticker(), id + "s" + i);
                volume.extras.stickers.put(sticker.id, sticker);
            }
            em.persist(volume);
        }
    }

    private List<String> alive() {
        List<String> alive = new ArrayList<>();
        for (String table : List.of("Volume", "Page", "Mark", "Review", "Sticker")) {
            String more = table.equals("Page") ? ", volume_id" : table.equals("Review") ? ", volume_id" : "";
            alive.addAll(world.rows("select id" + more + " from " + table + " where deleted_at is null order by id"));
        }
        alive.addAll(
                world.rows("select l.Volume_id, l.stickers_id from volume_sticker l join Volume v on v.id = l.Volume_id"
                        + " where v.deleted_at is null order by 2"));
        return alive;
    }

    private static void run(EntityManagerFactory factory, Consumer<EntityManager> program) {
        World.transaction(factory, em -> {
            program.accept(em);
            return true;
        });
    }

    private void empty() {
        world.sql("delete from volume_sticker");
        List.of("Mark", "Page", "Review", "Sticker", "Volume").forEach(table -> world.sql("delete from " + table));
    }

    /** Runs a program with Hibernate alone and with us; what is alive then is the same. */
    private void same(Consumer<EntityManager> program) {
        run(world.plain(), this::fill);
        run(world.plain(), program);
        List<String> plain = alive();
        empty();
        run(world.plain(), this::fill);
        TenantScope.of(a).run(() -> run(world.safe, program));
        assertThat(alive()).isEqualTo(plain);
    }

    private static void handOnPages(Volume from, Volume to) {
        for (Page page : List.copyOf(from.pages)) {
            from.pages.remove(page);
            to.pages.add(page);
            page.volume = to;
        }
    }

    private static Volume volume(EntityManager em, String id) {
        return em.find(Volume.class, id);
    }

    @Test
    void theNewParentWasReadFirst() {
        same(em -> {
            Volume to = volume(em, "v1");
            Volume from = volume(em, "v0");
            handOnPages(from, to);
            em.remove(from);
        });
    }

    @Test
    void theNewParentWasReadLast() {
        same(em -> {
            Volume from = volume(em, "v0");
            handOnPages(from, volume(em, "v1"));
            em.remove(from);
        });
    }

    @Test
    void theOldParentWasRemovedBefore() {
        for (String first : List.of("v0", "v1")) {
            empty();
            same(em -> {
                volume(em, first);
                Volume from = volume(em, "v0");
                em.remove(from);
                handOnPages(from, volume(em, "v1"));
            });
        }
    }

    @Test
    void theOldParentKeepsThemInItsCollection() {
        same(em -> {
            Volume to = volume(em, "v1");
            Volume from = volume(em, "v0");
            em.remove(from);
            for (Page page : from.pages) {
                to.pages.add(page);
                page.volume = to;
            }
        });
    }

    @Test
    void theNewParentIsNew() {
        same(em -> {
            Volume to = made(new Volume(), "v2");
            em.persist(to);
            Volume from = volume(em, "v0");
            em.remove(from);
            handOnPages(from, to);
        });
    }

    @Test
    void childrenOfAColumn() {
        same(em -> {
            Volume to = volume(em, "v1");
            Volume from = volume(em, "v0");
            to.reviews.addAll(from.reviews);
            from.reviews.clear();
            em.remove(from);
        });
    }

    @Test
    void childrenOfAJoinTableInAnEmbeddable() {
        same(em -> {
            Volume to = volume(em, "v1");
            Volume from = volume(em, "v0");
            to.extras.stickers.putAll(from.extras.stickers);
            from.extras.stickers.clear();
            em.remove(from);
        });
    }

    /** A grandchild goes to another page, and its old page out of the volume, which nobody removes. */
    @Test
    void aGrandchild() {
        same(em -> {
            Volume volume = volume(em, "v0");
            Page to = em.find(Page.class, "v0p1");
            Page from = em.find(Page.class, "v0p0");
            Mark mark = from.marks.iterator().next();
            from.marks.remove(mark);
            to.marks.add(mark);
            mark.page = to;
            volume.pages.remove(from);
        });
    }

    /** What is not handed on is marked with its parent, though an alive row leads to it by a cascade. */
    @Test
    void othersAreMarked() {
        run(world.plain(), this::fill);
        inA(em -> em.remove(volume(em, "v0")));
        assertThat(alive()).allMatch(row -> row.contains("v1"));
    }

    /** Only what was marked comes back, and where it was. */
    @Test
    void theUndoLeavesThemWhereTheyAre() {
        run(world.plain(), this::fill);
        List<String> before = alive();
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("a test", () -> {
            Volume to = volume(em, "v1");
            Volume from = volume(em, "v0");
            em.remove(from);
            Page page = from.pages.remove(0);
            to.pages.add(page);
            page.volume = to;
        }));
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(alive())
                .containsExactlyElementsOf(before.stream()
                        .map(row -> row.startsWith("v0p0 | v0") ? "v0p0 | v1 | " : row)
                        .toList());
    }

    /** An orphan of the new parent is one, though it was handed on. With Hibernate alone its own children stand against it. */
    @Test
    void theNewParentLetsGoOfItToo() {
        run(world.plain(), this::fill);
        inA(em -> {
            Volume to = volume(em, "v1");
            assertThat(to.pages).hasSize(2);
            Volume from = volume(em, "v0");
            em.remove(from);
            handOnPages(from, to);
            em.flush();
            to.pages.removeIf(page -> page.id.equals("v0p1"));
        });
        assertThat(alive()).contains("v0p0 | v1 | ", "v0p0m | ").noneMatch(row -> row.startsWith("v0p1"));
    }

    /** Another instance with the key of a marked one is a part of what is removed, and takes its place nowhere. */
    @Test
    void aNewChildWithTheKeyOfAMarkedOneWhoseParentIsRemoved() {
        same(em -> {
            Volume volume = volume(em, "v0");
            volume.reviews.clear();
            em.flush();
            volume.reviews.add(made(new Review(), "v0r1"));
            em.remove(volume);
        });
    }
}
