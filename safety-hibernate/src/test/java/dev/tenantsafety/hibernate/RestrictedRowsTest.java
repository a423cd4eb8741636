package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.annotations.SQLJoinTableRestriction;
import org.hibernate.annotations.SQLRestriction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that the mapping hides (@SQLRestriction) come back with the others, keep what they point at, and keep their keys. */
@ParameterizedClass
@EnumSource(Database.class)
class RestrictedRowsTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Folder")
    static class Folder extends Base {
        @OneToMany(mappedBy = "folder", cascade = CascadeType.ALL)
        Set<Paper> papers = new HashSet<>();

        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "folder_of_sheet")
        Set<Sheet> sheets = new HashSet<>();

        @ManyToMany
        @JoinTable(name = "folder_best")
        @SQLRestriction("archived = false")
        @SQLJoinTableRestriction("best_name <> 'hidden'")
        Set<Sheet> best = new HashSet<>();

        @OneToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "folder_tabled")
        Set<Sheet> tabled = new HashSet<>();

        @ElementCollection
        @SQLRestriction("words <> 'hidden'")
        Set<String> words = new HashSet<>();
    }

    @Entity(name = "Paper")
    @SQLRestriction("archived = false")
    @UniqueAlive({"tenant", "label"})
    static class Paper extends Base {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder folder;

        @Nullable
        String label;

        boolean archived;
    }

    @Entity(name = "Sheet")
    @SQLRestriction("archived = false")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Sheet extends Base {
        boolean archived;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Folder watched;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.CASCADE)
        @Nullable
        Folder followed;
    }

    @Entity(name = "LongSheet")
    static class LongSheet extends Sheet {}

    @Entity(name = "Scan")
    @SQLRestriction("archived = false")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Scan extends Base {
        boolean archived;
    }

    @Entity(name = "ColorScan")
    static class ColorScan extends Scan {}

    RestrictedRowsTest(Database database) {
        super(new World(
                database,
                List.of(Folder.class, Paper.class, Sheet.class, LongSheet.class, Scan.class, ColorScan.class),
                Map.of()));
        inA(em -> {
            Folder folder = named(new Folder(), "folder");
            Paper paper = named(new Paper(), "paper");
            paper.folder = folder;
            folder.papers.add(paper);
            LongSheet sheet = named(new LongSheet(), "sheet");
            folder.sheets.add(sheet);
            folder.best.add(sheet);
            folder.tabled.add(named(new Sheet(), "tabled"));
            folder.words.addAll(Set.of("seen", "hidden"));
            em.persist(folder);
            em.persist(named(new ColorScan(), "scan"));
            em.persist(named(new Folder(), "other"));
        });
    }

    private static <T extends Base> T named(T row, String name) {
        row.name = name;
        return row;
    }

    private static Folder folder(EntityManager em) {
        return Objects.requireNonNull(em.find(Folder.class, "folder"));
    }

    private DeletionId because(Consumer<EntityManager> work) {
        return world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
    }

    private void archive(boolean archived) {
        for (String table : List.of("Paper", "Sheet", "ColorScan")) {
            world.sql("update " + table + " set archived = " + archived);
        }
    }

    private long marked() {
        return List.of("Folder", "Paper", "Sheet", "ColorScan").stream()
                .mapToLong(table -> world.count(table + " where deleted_at is not null"))
                .sum();
    }

    @Test
    @Shows("rows that an `@SQLRestriction` hides")
    void whatIsHiddenMeanwhileComesBack() {
        DeletionId deletion = because(em -> {
            em.remove(folder(em));
            em.remove(em.find(Scan.class, "scan"));
        });
        assertThat(marked()).isEqualTo(4);
        archive(true);
        inA(em -> {
            UndoPlan plan = Deletions.of(em).planUndo(deletion);
            assertThat(plan.rows()).isEqualTo(Map.of("Folder", 1L, "Paper", 1L, "Scan", 1L, "Sheet", 1L));
            plan.execute();
            assertThat(Deletions.of(em).find(deletion).orElseThrow().undoneAt()).isPresent();
        });
        assertThat(marked()).isZero();
        inA(em -> {
            assertThat(em.find(Scan.class, "scan")).isNull(); // as the mapping says
            assertThat(folder(em).papers).isEmpty();
            assertThat(folder(em).sheets).isEmpty();
        });
        archive(false);
        inA(em -> {
            assertThat(folder(em).papers).hasSize(1);
            assertThat(folder(em).sheets).hasSize(1);
            assertThat(folder(em).best).hasSize(1);
            assertThat(folder(em).words).containsExactly("seen");
        });
        assertThat(world.count("Folder_words")).isEqualTo(2);
    }

    @ParameterizedTest
    @Shows("rows that an `@SQLRestriction` hides")
    @ValueSource(strings = {"watched", "followed"})
    void aReferrerThatIsHiddenCounts(String attribute) {
        world.sql("update Sheet set " + attribute + "_name = 'other'");
        archive(true);
        assertThatThrownBy(() -> inA(em -> em.remove(em.find(Folder.class, "other"))))
                .rootCause()
                .isInstanceOf(StillReferencedException.class)
                .hasMessageContaining("or hidden by an @SQLRestriction")
                .hasMessageContaining("Sheet." + attribute);
        assertThat(marked()).isZero();
    }

    @Test
    void aKeyThatAHiddenRowTookIsNamed() {
        world.sql("update Paper set label = 'same'");
        DeletionId deletion = because(em -> em.remove(em.find(Paper.class, "paper")));
        inA(em -> {
            Paper other = named(new Paper(), "taker");
            other.label = "same";
            em.persist(other);
        });
        archive(true);
        inA(em -> assertThat(Deletions.of(em).planUndo(deletion).conflicts())
                .extracting(UndoConflict::description)
                .singleElement()
                .asString()
                .contains("was taken meanwhile by Paper taker"));
    }

    @Test
    void aHiddenRowDoesNotComeBackBeforeTheOneThatItBelongsTo() {
        DeletionId rows = because(em -> {
            em.remove(em.find(Paper.class, "paper"));
            em.remove(em.find(Sheet.class, "sheet"));
            em.remove(em.find(Sheet.class, "tabled"));
        });
        DeletionId parent = because(em -> em.remove(folder(em)));
        archive(true);
        inA(em -> assertThat(Deletions.of(em).planUndo(rows).conflicts())
                .extracting(UndoConflict::description)
                .hasSize(3)
                .allMatch(conflict -> conflict.contains("belongs to Folder folder, which was deleted by " + parent)));
    }

    @Test
    void queriesOfTheProgramAreRestrictedAsBefore() {
        archive(true);
        inA(em -> {
            em.remove(em.find(Folder.class, "other"));
            em.flush();
            assertThat(em.createQuery("from Paper", Paper.class).getResultList())
                    .isEmpty();
            assertThat(em.createQuery("from Sheet", Sheet.class).getResultList())
                    .isEmpty();
            assertThat(em.createQuery("select p from Folder f join f.papers p", Paper.class)
                            .getResultList())
                    .isEmpty();
            assertThat(em.createQuery("select s from Folder f join f.best s", Sheet.class)
                            .getResultList())
                    .isEmpty();
        });
    }
}
