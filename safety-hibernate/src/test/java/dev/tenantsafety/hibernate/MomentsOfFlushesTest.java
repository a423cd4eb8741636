package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import jakarta.persistence.PostPersist;
import jakarta.persistence.Transient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What one flush marks is marked at one moment, and what the next one marks later, whatever the session marked before. */
@ParameterizedClass
@EnumSource(Database.class)
class MomentsOfFlushesTest extends WorldTest {

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
        List<Song> inColumn = new ArrayList<>();

        @OneToMany(mappedBy = "album", cascade = CascadeType.ALL)
        @OrderColumn(name = "mapped_place")
        List<Song> mapped = new ArrayList<>();

        @ManyToMany
        @JoinTable(name = "album_song")
        @OrderColumn(name = "place")
        List<Song> inTable = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        List<List<Song>> lists() {
            return List.of(inColumn, mapped, inTable);
        }
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
        Album album;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Song() {}

        Song(String name, @Nullable Album album) {
            this.name = name;
            this.album = album;
        }

        String name() {
            return name;
        }
    }

    @Entity(name = "Note")
    static class Note implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Song about;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Song like;

        @Transient
        @Nullable
        Runnable inserted;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Note() {}

        Note(String name, @Nullable Song about, @Nullable Song like) {
            this.name = name;
            this.about = about;
            this.like = like;
        }

        Note(String name, Runnable inserted) {
            this.name = name;
            this.inserted = inserted;
        }

        @PostPersist
        void inserted() {
            if (inserted != null) {
                inserted.run();
            }
        }

        void about(@Nullable Song song) {
            about = song;
        }
    }

    MomentsOfFlushesTest(Database database) {
        super(new World(database, List.of(Album.class, Song.class, Note.class), Map.of()));
        inA(em -> {
            Album album = new Album();
            for (String name : List.of("s0", "s1", "s2", "s3")) {
                Song song = new Song(name, album);
                album.lists().forEach(list -> list.add(song));
            }
            em.persist(album);
            em.persist(new Song("other", null));
        });
    }

    private static Song song(EntityManager em, String name) {
        return Objects.requireNonNull(em.find(Song.class, name));
    }

    private static void remove(EntityManager em, String... names) {
        List.of(names).forEach(name -> em.remove(song(em, name)));
    }

    private static DeletionId because(EntityManager em, Runnable work) {
        return Deletions.of(em).because("test", work);
    }

    private static void undo(EntityManager em, DeletionId deletion) {
        Deletions.of(em).undo(deletion);
    }

    private void assertAsBefore(String what) {
        inA(em -> assertThat(
                        Objects.requireNonNull(em.find(Album.class, "album")).lists())
                .as(what)
                .allSatisfy(list -> assertThat(list).extracting(Song::name).containsExactly("s0", "s1", "s2", "s3")));
    }

    private List<String> moments(String... names) {
        List<String> moments = new ArrayList<>();
        for (String name : names) {
            moments.addAll(world.rows("select deleted_at from song where name = '" + name + "'"));
        }
        return moments;
    }

    private void undoAll() {
        world.rows("select id from tenant_safety_deletion where undone_at is null").stream()
                .map(row -> new DeletionId(java.util.UUID.fromString(row.substring(0, 36))))
                .forEach(deletion -> inA(em -> undo(em, deletion)));
    }

    @Test
    void removedAndUndoneTwiceInOneTransaction() {
        inA(em -> {
            for (int i = 0; i < 3; i++) {
                undo(em, because(em, () -> remove(em, "s1", "s2")));
            }
        });
        assertAsBefore("removed and undone three times");
    }

    @Test
    void removedAgainAfterAnUndoOfTheSameTransaction() {
        inA(em -> {
            undo(em, because(em, () -> remove(em, "s1", "s2")));
            remove(em, "s1", "s2");
        });
        assertThat(moments("s1", "s2")).doesNotContain("null | ");
        assertThat(moments("s1")).isEqualTo(moments("s2"));
        undoAll();
        assertAsBefore("undone later");
    }

    @Test
    void whatIsRemovedAgainIsCountedInItsRecord() {
        inA(em -> {
            undo(em, because(em, () -> remove(em, "s1")));
            because(em, () -> remove(em, "s1", "s2"));
        });
        assertThat(world.rows("select marked from tenant_safety_deletion where undone_at is null"))
                .containsExactly("Song 2 | ");
    }

    @Test
    void whatPointsAtWhatIsRemovedAgainIsLookedAt() {
        inA(em -> {
            em.persist(new Note("note", null, song(em, "s1")));
            em.persist(new Note("blank", null, null));
        });
        inA(em -> {
            undo(em, because(em, () -> remove(em, "s1")));
            because(em, () -> remove(em, "s1"));
        });
        assertThat(world.rows("select like_name from note where name = 'note'")).containsExactly("null | ");
        undoAll();
        assertThat(world.rows("select like_name from note where name = 'note'")).containsExactly("s1 | ");
        assertThatThrownBy(() -> inA(em -> {
                    undo(em, because(em, () -> remove(em, "s1")));
                    Objects.requireNonNull(em.find(Note.class, "blank")).about(song(em, "s1"));
                    em.flush();
                    remove(em, "s1");
                }))
                .satisfies(thrown ->
                        assertThat(causes(thrown)).hasAtLeastOneElementOfType(StillReferencedException.class));
    }

    /** Of an instance that is alive again, {@code persist} takes back nothing. */
    @Test
    void persistedAfterAnUndo() {
        inA(em -> {
            Song song = song(em, "s1");
            undo(em, because(em, () -> em.remove(song)));
            em.persist(song);
        });
        assertThat(world.rows("select marked from tenant_safety_deletion")).containsExactly("Song 1 | ");
        assertAsBefore("persisted");
    }

    @Test
    void inTheNextTransactionOfTheSession() {
        dev.tenantsafety.scope.TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                List<DeletionId> made = new ArrayList<>();
                List<Runnable> steps = List.of(
                        () -> made.add(because(em, () -> remove(em, "s1", "s2"))),
                        () -> undo(em, made.get(0)),
                        () -> made.add(because(em, () -> remove(em, "s1", "s2"))),
                        () -> undo(em, made.get(1)));
                for (Runnable step : steps) {
                    em.getTransaction().begin();
                    step.run();
                    em.getTransaction().commit();
                }
            }
        });
        assertAsBefore("four transactions");
    }

    /** What leaves a mark that no flush writes, or writes in its own way. */
    private static final Map<String, Consumer<EntityManager>> BEFORE = Map.of(
            "detached",
                    em -> {
                        Song other = song(em, "other");
                        em.remove(other);
                        em.detach(other);
                    },
            "cleared",
                    em -> {
                        remove(em, "other");
                        em.clear();
                    },
            "new",
                    em -> {
                        Song song = new Song("new", null);
                        em.persist(song);
                        em.remove(song);
                    },
            "taken back",
                    em -> {
                        Song other = song(em, "other");
                        em.remove(other);
                        em.persist(other);
                    },
            "written and taken back",
                    em -> {
                        Song other = song(em, "other");
                        em.remove(other);
                        em.flush();
                        em.persist(other);
                    },
            "written and detached",
                    em -> {
                        Song other = song(em, "other");
                        em.remove(other);
                        em.flush();
                        em.detach(other);
                    },
            "undone", em -> undo(em, because(em, () -> remove(em, "other"))),
            "queried",
                    em -> {
                        remove(em, "other");
                        em.createQuery("select count(n) from Note n").getSingleResult();
                    });

    private void afterEach(BiConsumer<String, Consumer<EntityManager>> check) {
        BEFORE.forEach((what, before) -> {
            check.accept(what, before);
            undoAll();
            assertAsBefore(what);
            world.sql("delete from song where name = 'new'");
        });
    }

    @Test
    void eachFlushHasAMomentOfItsOwn() {
        afterEach((what, before) -> {
            inA(em -> {
                before.accept(em);
                remove(em, "s1");
                em.flush();
                remove(em, "s2");
            });
            assertThat(moments("s1", "s2")).as(what).doesNotHaveDuplicates().isSorted();
        });
    }

    @Test
    void whatOneFlushMarksHasOneMoment() {
        afterEach((what, before) -> {
            inA(em -> {
                before.accept(em);
                remove(em, "s1");
                remove(em, "s2");
            });
            assertThat(moments("s1")).as(what).isEqualTo(moments("s2"));
        });
    }

    /** A mark that was made before another flush, and is written by a later one. */
    @Test
    void whatAFlushLeavesOutIsMarkedAtTheMomentOfTheNext() {
        inA(em -> {
            Song later = song(em, "s2");
            remove(em, "s1");
            em.persist(new Note("note", () -> em.remove(later)));
            em.flush();
            remove(em, "s3");
        });
        assertThat(moments("s2")).isEqualTo(moments("s3")).isNotEqualTo(moments("s1"));
        undoAll();
        assertAsBefore("marked while a flush was under way");
    }
}
