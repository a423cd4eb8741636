package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.IncludeDeleted;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.ConstraintMode;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row that is read after a mark asks for no take-back, whatever of it leads to what was marked: Hibernate finds that in the session, by its
 * key, and a cascade of merge or persist goes there.
 */
@ParameterizedClass
@EnumSource(Database.class)
class ReadAfterMarkTest extends WorldTest {

    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        @Nullable
        Long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        String name() {
            return name;
        }

        void rename(String to) {
            name = to;
        }
    }

    @Entity(name = "Sub")
    static class Sub extends Row {}

    @Entity(name = "Shown")
    static class Shown extends Row {}

    /** The key is the reference, seen from the side that names it. */
    @Entity(name = "SharedKey")
    static class SharedKey extends Row {
        @OneToOne(fetch = FetchType.LAZY, cascade = CascadeType.ALL)
        @PrimaryKeyJoinColumn
        @Nullable
        Sub sub;
    }

    @Entity(name = "AnyOf")
    static class AnyOf extends Row {
        @Any(fetch = FetchType.LAZY, cascade = CascadeType.ALL)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "S", entity = Sub.class)
        @Column(name = "what")
        @JoinColumn(name = "what_id")
        @Nullable
        Object sub;
    }

    @Entity(name = "Showing")
    static class Showing extends Row {
        @ManyToOne(
                fetch = FetchType.LAZY,
                cascade = {CascadeType.PERSIST, CascadeType.MERGE})
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Shown sub;
    }

    @Entity(name = "ShowingPart")
    static class ShowingPart extends Row {
        @Embeddable
        static class Part {
            @OneToOne(
                    fetch = FetchType.LAZY,
                    cascade = {CascadeType.PERSIST, CascadeType.MERGE})
            @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
            @Nullable
            Shown sub;

            /** Or the collection is written anew by each flush. */
            @Override
            public boolean equals(@Nullable Object other) {
                return other instanceof Part part && part.sub == sub;
            }

            @Override
            public int hashCode() {
                return 1;
            }
        }

        @Embedded
        Part part = new Part();

        @ElementCollection
        Set<Part> parts = new HashSet<>();
    }

    @Entity(name = "ShowingKey")
    static class ShowingKey extends Row {
        @MapsId
        @OneToOne(
                fetch = FetchType.LAZY,
                cascade = {CascadeType.PERSIST, CascadeType.MERGE})
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Shown sub;
    }

    @Entity(name = "Holder")
    static class Holder extends Row {
        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "holder_id")
        Set<Sub> subs = new HashSet<>();

        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "holder_id")
        Set<Shown> shown = new HashSet<>();
    }

    @Entity(name = "Word")
    @UniqueAlive({"tenant", "code"})
    static class Word extends Row {
        String code = "";
    }

    @Entity(name = "Use")
    static class Use extends Row {
        @ManyToOne(
                fetch = FetchType.LAZY,
                cascade = {CascadeType.PERSIST, CascadeType.MERGE})
        @JoinColumn(
                name = "word_code",
                referencedColumnName = "code",
                foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
        @Nullable
        Word word;
    }

    ReadAfterMarkTest(Database database) {
        super(new World(
                database,
                List.of(
                        Sub.class,
                        Shown.class,
                        SharedKey.class,
                        AnyOf.class,
                        Showing.class,
                        ShowingPart.class,
                        ShowingKey.class,
                        Holder.class,
                        Word.class,
                        Use.class),
                Map.of()));
    }

    private static <T extends Row> T of(T row, long id) {
        row.id = id;
        return row;
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Holder holder = of(new Holder(), 1);
            Sub sub = of(new Sub(), 1);
            holder.subs.add(sub);
            Shown shown = of(new Shown(), 1);
            holder.shown.add(shown);
            em.persist(holder);
            SharedKey shared = of(new SharedKey(), 1);
            em.persist(shared);
            AnyOf any = of(new AnyOf(), 1);
            any.sub = sub;
            em.persist(any);
            Showing showing = of(new Showing(), 1);
            showing.sub = shown;
            em.persist(showing);
            ShowingPart part = of(new ShowingPart(), 1);
            part.part.sub = shown;
            ShowingPart.Part element = new ShowingPart.Part();
            element.sub = shown;
            part.parts.add(element);
            em.persist(part);
            ShowingKey key = new ShowingKey();
            key.sub = shown;
            em.persist(key);
        });
    }

    private static final Map<String, Function<EntityManager, Row>> READ = Map.of(
            "SharedKey", em -> em.find(SharedKey.class, 1L),
            "AnyOf", em -> em.find(AnyOf.class, 1L),
            "Showing", em -> em.find(Showing.class, 1L),
            "ShowingKey", em -> em.find(ShowingKey.class, 1L),
            "ShowingPart",
                    em -> {
                        ShowingPart row = em.find(ShowingPart.class, 1L);
                        assertThat(row.parts).hasSize(1);
                        return row;
                    });

    private static final Map<String, BiConsumer<EntityManager, Row>> GOING_ON =
            Map.of("merge", EntityManager::merge, "persist", EntityManager::persist, "change", (em, row) -> {});

    private static Class<? extends Row> target(String kind) {
        return kind.startsWith("Showing") ? Shown.class : Sub.class;
    }

    private void assertStaysMarked(
            Class<? extends Row> target, BiConsumer<EntityManager, Row> goingOn, Function<EntityManager, Row> read) {
        inA(em -> {
            em.remove(em.find(target, 1L));
            em.flush();
            Row row = read.apply(em);
            row.rename("changed");
            goingOn.accept(em, row);
        });
        inA(em -> {
            assertThat(em.find(target, 1L)).isNull();
            assertThat(read.apply(em).name()).isEqualTo("changed");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"SharedKey", "AnyOf", "Showing", "ShowingKey", "ShowingPart"})
    void nothingThatIsReadLaterTakesAMarkBack(String kind) {
        for (String goingOn : GOING_ON.keySet()) {
            assertStaysMarked(target(kind), GOING_ON.get(goingOn), READ.get(kind));
            inA(em -> Deletions.of(em).undo(deletion(target(kind))));
        }
    }

    /** An orphan needs no merge or persist: the flush cascades. */
    @ParameterizedTest
    @ValueSource(strings = {"SharedKey", "AnyOf", "Showing", "ShowingKey", "ShowingPart"})
    void norThatOfAnOrphan(String kind) {
        inA(em -> {
            em.find(Holder.class, 1L).subs.clear();
            em.find(Holder.class, 1L).shown.clear();
            em.flush();
            READ.get(kind).apply(em).rename("changed");
        });
        inA(em -> assertThat(em.find(target(kind), 1L)).isNull());
    }

    /** What is seen in the bin is not asked for either. */
    @Test
    void norWhatIsReadInTheBin() {
        inA(em -> {
            em.remove(em.find(Sub.class, 1L));
            em.flush();
            Holder holder = IncludeDeleted.because("bin").call(() -> {
                Holder read = em.find(Holder.class, 1L);
                assertThat(read.subs).hasSize(1);
                return read;
            });
            em.merge(holder);
        });
        inA(em -> assertThat(em.find(Sub.class, 1L)).isNull());
    }

    private static Word word(long id) {
        Word word = of(new Word(), id);
        word.code = "c";
        return word;
    }

    /** A new row has the key of a marked one, and is what is found by it. */
    @Test
    void aKeyThatIsUsedAgainLeadsToTheNewRow() {
        String unique = world.rows("select constraint_name from information_schema.table_constraints where"
                        + " lower(table_name) = 'word' and constraint_type = 'UNIQUE'")
                .get(0)
                .replace(" | ", "");
        world.sql("alter table Word drop constraint \"" + unique + "\"");
        inA(em -> {
            Use use = of(new Use(), 1);
            use.word = word(1);
            em.persist(use);
        });
        inA(em -> {
            Use use = em.find(Use.class, 1L);
            Word first = use.word;
            use.word = null;
            em.flush();
            em.remove(first);
            em.flush();
            use.word = word(2);
            em.persist(use.word);
            em.flush();
            em.refresh(use);
            assertThat(use.word.id).isEqualTo(2L);
            em.merge(use);
        });
        inA(em -> assertThat(em.createQuery("select id from Word", Long.class).getResultList())
                .containsExactly(2L));
    }

    private DeletionId deletion(Class<?> target) {
        String uuid = world.rows("select deletion_id from " + target.getSimpleName() + " where deletion_id is not null")
                .get(0)
                .replace(" | ", "");
        return new DeletionId(UUID.fromString(uuid));
    }
}
