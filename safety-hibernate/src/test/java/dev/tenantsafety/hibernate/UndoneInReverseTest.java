package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several deletions of elements of ordered lists, undone in this order and that: the lists have their order again. */
@ParameterizedClass
@EnumSource(Database.class)
class UndoneInReverseTest extends WorldTest {

    @Entity(name = "Album")
    static class Album implements SoftDeletable {
        @Id
        String name = "album";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "album_name")
        @OrderColumn(name = "place")
        List<Song> songs = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "album_best")
        @OrderColumn(name = "place")
        List<Song> best = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Song")
    static class Song implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Album made;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Song() {}

        Song(String name) {
            this.name = name;
        }
    }

    UndoneInReverseTest(Database database) {
        super(new World(database, List.of(Album.class, Song.class), Map.of()));
        inA(em -> {
            Album album = new Album();
            for (String name : List.of("a", "b", "c", "d", "e")) {
                Song song = new Song(name);
                album.songs.add(song);
                album.best.add(0, song);
            }
            em.persist(album);
        });
    }

    private static Album album(EntityManager em) {
        return Objects.requireNonNull(em.find(Album.class, "album"));
    }

    private DeletionId because(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private DeletionId remove(String... names) {
        return because(em -> {
            for (String name : names) {
                Song song = Objects.requireNonNull(em.find(Song.class, name));
                album(em).songs.remove(song);
                album(em).best.remove(song);
                em.remove(song);
            }
        });
    }

    private DeletionId removeOnly(String name) {
        return because(em -> em.remove(em.find(Song.class, name)));
    }

    private void undo(DeletionId deletion) {
        inA(em -> {
            assertThat(Deletions.of(em).planUndo(deletion).conflicts()).isEmpty();
            Deletions.of(em).undo(deletion);
        });
    }

    private static String names(List<Song> songs) {
        return String.join(
                "", songs.stream().map(song -> song == null ? "" : song.name).toList());
    }

    private void assertOrder(String expected) {
        inA(em -> assertThat(names(album(em).songs) + " " + names(album(em).best))
                .isEqualTo(expected + " " + new StringBuilder(expected).reverse()));
    }

    private void assertNoGaps() {
        inA(em -> assertThat(album(em).songs).doesNotContainNull().hasSize(5));
        inA(em -> assertThat(album(em).best).doesNotContainNull().hasSize(5));
    }

    @Test
    void oneAfterTheOther() {
        DeletionId first = remove("b");
        DeletionId second = remove("c");
        DeletionId third = remove("d", "a");
        assertOrder("e");
        undo(third);
        assertOrder("ade");
        undo(second);
        assertOrder("acde");
        undo(first);
        assertOrder("abcde");
        assertNoGaps();
    }

    @Test
    void inTheOrderInWhichTheyWereDeleted() {
        DeletionId first = remove("b");
        DeletionId second = remove("c");
        DeletionId third = remove("d", "a");
        undo(first);
        assertOrder("be");
        undo(second);
        assertOrder("bce");
        undo(third);
        assertOrder("abcde");
        assertNoGaps();
    }

    @Test
    void anElementAndThenAllOfTheOthersWithTheirOwner() {
        DeletionId first = remove("a", "c");
        DeletionId second = because(em -> em.remove(album(em)));
        undo(second);
        assertOrder("bde");
        undo(first);
        assertOrder("abcde");
        assertNoGaps();
    }

    @Test
    void elementsThatStayedInTheirListsWhenTheyWereRemoved() {
        DeletionId first = removeOnly("b");
        DeletionId second = removeOnly("c");
        DeletionId third = remove("a");
        undo(second);
        assertOrder("cde");
        undo(third);
        assertOrder("acde");
        undo(first);
        assertOrder("abcde");
        assertNoGaps();
    }

    @Test
    void inAnyOrder() {
        Random random = new Random(1);
        for (int i = 0; i < 12; i++) {
            List<String> names = new ArrayList<>(List.of("a", "b", "c", "d", "e"));
            Collections.shuffle(names, random);
            List<DeletionId> deletions = new ArrayList<>();
            deletions.add(remove(names.get(0)));
            deletions.add(remove(names.get(1), names.get(2)));
            deletions.add(remove(names.get(3)));
            Collections.shuffle(deletions, random);
            deletions.forEach(this::undo);
            assertOrder("abcde");
            assertNoGaps();
        }
    }

    @Test
    void aParentThatIsFoundInTwoWaysIsNamedOnce() {
        inA(em -> em.find(Song.class, "b").made = album(em));
        DeletionId first = removeOnly("b");
        DeletionId second = because(em -> em.remove(album(em)));
        inA(em -> assertThat(Deletions.of(em).planUndo(first).conflicts())
                .extracting(UndoConflict::toString)
                .singleElement()
                .asString()
                .startsWith("Song b belongs to Album album, which was deleted by " + second + "."));
    }
}
