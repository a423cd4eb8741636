package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OneToMany;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A row that takes the place of a removed one has collections of its own, and an undo brings back those of the removed one. */
@ParameterizedClass
@EnumSource(Database.class)
class CollectionsOfRemovedTest extends WorldTest {

    @Entity(name = "Page")
    static class Page implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        Set<String> words = new HashSet<>();

        @ElementCollection
        Map<String, String> places = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "page_links")
        Set<Page> links = new HashSet<>();

        @OneToMany
        @JoinColumn(name = "noted")
        Set<Note> notes = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Note")
    static class Note {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    CollectionsOfRemovedTest(Database database) {
        super(new World(database, List.of(Page.class, Note.class), Map.of()));
    }

    @BeforeEach
    void pages() {
        inA(em -> {
            Page page = page(1);
            page.words.add("word");
            page.places.put("one", "place");
            Page linked = page(2);
            page.links.add(linked);
            em.persist(linked);
            em.persist(page);
        });
    }

    private static Page page(long id) {
        Page page = new Page();
        page.id = id;
        return page;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areCopiedWhereAnotherTakesThem(boolean isPersistedFirst) {
        for (boolean isLoaded : new boolean[] {true, false}) {
            long id = isLoaded ? 3 : 4;
            AtomicReference<@Nullable DeletionId> deletion = new AtomicReference<>();
            inA(em -> {
                Page copy = page(id);
                if (isPersistedFirst) {
                    em.persist(copy);
                }
                Page page = em.find(Page.class, 1L);
                if (isLoaded) {
                    Hibernate.initialize(page.words);
                    Hibernate.initialize(page.places);
                }
                copy.words = page.words;
                copy.links = page.links;
                copy.places = page.places;
                em.remove(page);
                em.persist(copy);
                em.flush();
                deletion.set(page.tombstone.deletionId());
            });
            assertPage(id);
            inA(em -> Deletions.of(em).planUndo(deletion.get()).execute());
            assertPage(1);
            assertPage(id);
            inA(em -> em.find(Page.class, id).words.add("another"));
            assertPage(1);
        }
    }

    private void assertPage(long id) {
        inA(em -> {
            Page page = em.find(Page.class, id);
            assertThat(page.words).as("words of " + id).containsExactly("word");
            assertThat(page.links).as("links of " + id).hasSize(1);
            assertThat(page.places).as("places of " + id).isEqualTo(Map.of("one", "place"));
        });
    }

    @Test
    void canBeTakenFromARowThatStays() {
        inA(em -> {
            em.remove(em.find(Page.class, 2L));
            Page page = em.find(Page.class, 1L);
            Hibernate.initialize(page.words); // an enhanced owner leaves what was not loaded where it is
            Page copy = page(3);
            copy.words = page.words;
            page.words = new HashSet<>();
            em.persist(copy);
        });
        assertThat(world.rows("select page_id, words from page_words")).containsExactly("3 | word | ");
    }

    /** A row that is in a list by a column of its own is in one list. */
    @Test
    void whatIsInThemByAColumnOfItsOwnStaysWhereItWasTaken() {
        inA(em -> {
            Note note = new Note();
            em.persist(note);
            em.find(Page.class, 1L).notes.add(note);
        });
        DeletionId deletion = world.get(a, em -> {
            Page page = em.find(Page.class, 1L);
            Hibernate.initialize(page.notes);
            Page copy = page(3);
            copy.notes = page.notes;
            em.remove(page);
            em.persist(copy);
            em.flush();
            return page.tombstone.deletionId();
        });
        assertThat(world.rows("select noted from note")).containsExactly("3 | ");
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(world.rows("select noted from note")).containsExactly("3 | ");
        inA(em -> {
            assertThat(em.find(Page.class, 1L).notes).isEmpty();
            assertThat(em.find(Page.class, 3L).notes).hasSize(1);
        });
    }
}
