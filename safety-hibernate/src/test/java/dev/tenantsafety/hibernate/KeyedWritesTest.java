package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Collections by another key than the primary one are written as their owner is, although events of Hibernate name no owner of theirs. */
@ParameterizedClass
@EnumSource(Database.class)
class KeyedWritesTest extends WorldTest {

    @Entity(name = "Topic")
    static class Topic {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class Mention {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Topic topic;

        static Mention of(Topic topic) {
            Mention mention = new Mention();
            mention.topic = topic;
            return mention;
        }
    }

    @Entity(name = "Shelf")
    static class Shelf implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Column(updatable = false, unique = true)
        String code = "";

        @ElementCollection
        @CollectionTable(joinColumns = @JoinColumn(name = "code", referencedColumnName = "code"))
        Set<String> words = new HashSet<>();

        @ElementCollection
        @CollectionTable(joinColumns = @JoinColumn(name = "code", referencedColumnName = "code"))
        @OrderColumn
        List<Mention> mentions = new ArrayList<>();

        @ManyToMany
        @JoinTable(joinColumns = @JoinColumn(name = "code", referencedColumnName = "code"))
        Set<Topic> topics = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    KeyedWritesTest(Database database) {
        super(new World(database, List.of(Topic.class, Shelf.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        inA(em -> fill(em, 1));
        world.in(b, em -> fill(em, 2));
    }

    private static void fill(EntityManager em, long id) {
        Topic topic = new Topic();
        topic.id = id;
        em.persist(topic);
        Shelf shelf = new Shelf();
        shelf.id = id;
        shelf.code = "code " + id;
        shelf.words.add("word " + id);
        shelf.topics.add(topic);
        shelf.mentions.add(Mention.of(topic));
        em.persist(shelf);
    }

    private static Shelf shelf(EntityManager em) {
        return Objects.requireNonNull(em.find(Shelf.class, 1L));
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (String table : List.of("shelf_words", "shelf_mentions", "shelf_topic")) {
            all.addAll(world.rows("select * from " + table));
        }
        return all;
    }

    private void isRefused(Runnable work) {
        List<String> before = all();
        Throwable thrown = catchThrowable(work::run);
        assertThat(causes(thrown)).anyMatch(cause -> cause instanceof TenantSafetyException);
        assertThat(all()).isEqualTo(before);
    }

    private static final List<Consumer<Shelf>> CHANGES = List.of(
            shelf -> shelf.words.add("scribbled"),
            shelf -> shelf.words.clear(),
            shelf -> shelf.mentions.add(Mention.of(shelf.topics.iterator().next())),
            shelf -> shelf.mentions.clear(),
            shelf -> shelf.topics.clear());

    @Test
    void notInWorkThatOnlyReads() {
        for (Consumer<Shelf> change : CHANGES) {
            isRefused(() -> CrossTenant.read("test").run(() -> world.without(em -> change.accept(shelf(em)))));
        }
    }

    @Test
    void notWhileTheirOwnerIsMarked() {
        inA(em -> em.remove(shelf(em)));
        for (Consumer<Shelf> change : CHANGES) {
            isRefused(() -> IncludeDeleted.because("test").run(() -> inA(em -> change.accept(shelf(em)))));
        }
    }

    @Test
    void theyReferToNothingOfOthers() {
        Topic others = world.get(b, em -> Objects.requireNonNull(em.find(Topic.class, 2L)));
        isRefused(() -> inA(em -> shelf(em).topics.add(others)));
        isRefused(() -> inA(em -> shelf(em).mentions.add(Mention.of(others))));
        isRefused(() -> CrossTenant.write("test")
                .run(() -> world.without(em -> shelf(em).topics.add(em.find(Topic.class, 2L)))));
    }

    @Test
    void onesOwnAreWritten() {
        for (Consumer<Shelf> change : CHANGES) {
            inA(em -> change.accept(shelf(em)));
        }
        inA(em -> {
            assertThat(shelf(em).words).isEmpty();
            assertThat(shelf(em).mentions).isEmpty();
            assertThat(shelf(em).topics).isEmpty();
        });
    }
}
