package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the elements of an {@code @ElementCollection} point at is pointed at by the row that has the collection. */
@ParameterizedClass
@EnumSource(Database.class)
class ElementReferrersTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Film")
    static class Film extends Base {}

    @Entity(name = "Actor")
    static class Actor extends Base {}

    @Embeddable
    static class Credit {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.KEEP_VISIBLE)
        @Nullable
        Actor actor;
    }

    @Entity(name = "Studio")
    static class Studio extends Base {}

    @Embeddable
    static class Loose {
        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Film film;
    }

    @Entity(name = "Album")
    static class Album extends Base {
        @ElementCollection
        Set<Loose> loose = new HashSet<>();
    }

    @Embeddable
    static class Mention {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Film film;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Studio studio;

        int times;

        @Embedded
        @Nullable
        Credit credit;

        protected Mention() {}

        Mention(@Nullable Film film, int times) {
            this.film = film;
            this.times = times;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Mention mention && mention.film == film && mention.times == times;
        }

        @Override
        public int hashCode() {
            return times;
        }
    }

    @Entity(name = "Diary")
    static class Diary extends Base {
        @ElementCollection
        @CollectionTable(name = "diary_set")
        Set<Mention> set = new HashSet<>();

        @ElementCollection
        @CollectionTable(name = "diary_bag")
        List<Mention> bag = new ArrayList<>();

        @ElementCollection
        @CollectionTable(name = "diary_list")
        @OrderColumn(name = "place")
        List<Mention> list = new ArrayList<>();

        @ElementCollection
        @CollectionTable(name = "diary_map")
        @MapKeyColumn(name = "k")
        Map<String, Mention> map = new HashMap<>();
    }

    private static final Map<String, Function<Diary, Collection<?>>> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put("set", diary -> diary.set);
        FORMS.put("bag", diary -> diary.bag);
        FORMS.put("list", diary -> diary.list);
        FORMS.put("map", diary -> diary.map.values());
    }

    ElementReferrersTest(Database database) {
        super(new World(database, List.of(Film.class, Actor.class, Studio.class, Diary.class), Map.of()));
        inA(em -> {
            em.persist(named(new Film(), "seen"));
            em.persist(named(new Film(), "other"));
            em.persist(named(new Actor(), "actor"));
            em.persist(named(new Studio(), "studio"));
            em.persist(named(new Diary(), "diary"));
        });
    }

    private static <T extends Base> T named(T made, String id) {
        made.id = id;
        return made;
    }

    private static Film film(EntityManager em) {
        return em.find(Film.class, "seen");
    }

    private static Diary diary(EntityManager em) {
        return em.find(Diary.class, "diary");
    }

    private static void add(Diary diary, String form, Mention mention) {
        if (form.equals("map")) {
            diary.map.put("k" + mention.times, mention);
        } else {
            @SuppressWarnings("unchecked")
            Collection<Mention> mentions = (Collection<Mention>) of(diary, form);
            mentions.add(mention);
        }
    }

    private static Collection<?> of(Diary diary, String form) {
        return Objects.requireNonNull(FORMS.get(form)).apply(diary);
    }

    private DeletionId delete(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    @Test
    @Shows("a mark of a row that alive rows point at, without a cascade or `@OnTargetMarked`")
    void aMarkIsRefusedWhileAnElementPointsAtTheRow() {
        for (String form : FORMS.keySet()) {
            inA(em -> add(diary(em), form, new Mention(film(em), 1)));
            String path = form + ".film";
            assertThatThrownBy(() -> delete(em -> em.remove(film(em))))
                    .as(form)
                    .isInstanceOf(StillReferencedException.class)
                    .hasMessage("Alive rows still point at rows that were to be marked: Diary diary (" + path
                            + " → Film seen). Remove or repoint them first, or declare @OnTargetMarked on Diary."
                            + path + ".");
            DeletionId deletion = delete(em -> {
                of(diary(em), form).clear();
                em.remove(film(em));
            });
            inA(em -> Deletions.of(em).undo(deletion));
            inA(em -> assertThat(film(em)).isNotNull());
        }
    }

    @Test
    void whatIsMarkedWithTheRowThatHasTheElementComesBackWithIt() {
        FORMS.keySet().forEach(form -> inA(em -> add(diary(em), form, new Mention(film(em), 1))));
        DeletionId both = delete(em -> {
            em.remove(film(em));
            em.remove(diary(em));
        });
        inA(em -> Deletions.of(em).undo(both));
        inA(em -> FORMS.keySet().forEach(form -> assertThat(of(diary(em), form))
                .as(form)
                .singleElement()
                .satisfies(each -> assertThat(((Mention) each).film).isSameAs(film(em)))));
    }

    @Test
    void aRowDoesNotComeBackWithoutWhatItsElementsPointAt() {
        for (String form : FORMS.keySet()) {
            inA(em -> add(diary(em), form, new Mention(film(em), 1)));
            DeletionId first = delete(em -> em.remove(diary(em)));
            DeletionId second = delete(em -> em.remove(film(em)));
            inA(em -> assertThat(Deletions.of(em).planUndo(first).conflicts())
                    .as(form)
                    .extracting(UndoConflict::toString)
                    .containsExactly("Diary diary belongs to Film seen, which was deleted by " + second
                            + ". Undo that deletion first, or declare @OnTargetMarked(KEEP_VISIBLE) on Diary." + form
                            + ".film where the row may be alive without it."));
            inA(em -> Deletions.of(em).undo(second));
            inA(em -> Deletions.of(em).undo(first));
            inA(em -> of(diary(em), form).clear());
        }
    }

    @Test
    void aMarkThatIsTakenBackLeavesNoElementThatPointsAtAMarkedRow() {
        for (String form : FORMS.keySet()) {
            inA(em -> add(diary(em), form, new Mention(film(em), 1)));
            assertThatThrownBy(() -> inA(em -> {
                        Diary diary = diary(em);
                        em.remove(film(em));
                        em.remove(diary);
                        em.flush();
                        em.persist(diary);
                    }))
                    .as(form)
                    .satisfies(e -> assertThat(causes(e)).anyMatch(StillReferencedException.class::isInstance));
            inA(em -> of(diary(em), form).clear());
        }
    }

    @Test
    void anElementMayGoOnShowingAMarkedRow() {
        for (String form : FORMS.keySet()) {
            inA(em -> {
                Mention mention = new Mention(film(em), 1);
                mention.credit = new Credit();
                mention.credit.actor = em.find(Actor.class, "actor");
                add(diary(em), form, mention);
            });
            DeletionId deletion = delete(em -> em.remove(em.find(Actor.class, "actor")));
            inA(em -> assertThat(of(diary(em), form)).as(form).hasSize(1).anySatisfy(each -> assertThat(
                            ((Mention) each).credit)
                    .isNotNull()
                    .satisfies(credit -> assertThat(credit.actor).isNotNull())
                    .satisfies(credit -> assertThat(Hibernate.unproxy(credit.actor, Actor.class).tombstone)
                            .isNotNull())));
            inA(em -> Deletions.of(em).undo(deletion));
            inA(em -> of(diary(em), form).clear());
        }
    }

    @Test
    void anElementMayPointElsewhere() {
        for (String form : FORMS.keySet()) {
            inA(em -> add(diary(em), form, new Mention(film(em), 1)));
            DeletionId deletion = delete(em -> {
                of(diary(em), form).clear();
                add(diary(em), form, new Mention(em.find(Film.class, "other"), 1));
                em.remove(film(em));
            });
            inA(em -> Deletions.of(em).undo(deletion));
            inA(em -> of(diary(em), form).clear());
        }
    }

    @Test
    void theRowIsMarkedWithWhatItsElementsPointAtWhereThatIsDeclared() {
        for (String form : FORMS.keySet()) {
            inA(em -> {
                Mention mention = new Mention(film(em), 1);
                mention.studio = em.find(Studio.class, "studio");
                add(diary(em), form, mention);
            });
            DeletionId deletion = delete(em -> em.remove(em.find(Studio.class, "studio")));
            inA(em -> assertThat(diary(em)).as(form).isNull());
            inA(em -> Deletions.of(em).undo(deletion));
            inA(em -> assertThat(of(diary(em), form)).as(form).hasSize(1));
            inA(em -> of(diary(em), form).clear());
        }
    }

    @Test
    void anElementIsNotSetToNull() {
        assertThatThrownBy(() -> new World(Database.H2, List.of(Film.class, Album.class), Map.of()).close())
                .satisfies(e -> assertThat(causes(e)).anySatisfy(cause -> assertThat(cause)
                        .isInstanceOf(UnsafeMappingException.class)
                        .hasMessageContaining("Album.loose.film is @OnTargetMarked(SET_NULL), which needs a writable, "
                                + "optional to-one attribute of the entity itself")
                        .hasMessageContaining("Declare another action.")));
    }
}
