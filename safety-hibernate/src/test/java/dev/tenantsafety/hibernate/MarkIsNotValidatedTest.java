package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Version;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row that breaks a constraint which came after it is marked and comes back all the same; a change of it is validated as ever. */
@ParameterizedClass
@EnumSource(Database.class)
class MarkIsNotValidatedTest extends WorldTest {

    @Entity(name = "Titled")
    static class Titled implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        @NotBlank
        String title = "title";

        String more = "";

        @ElementCollection
        Set<String> tags = new HashSet<>(Set.of("tag"));

        @OneToMany(mappedBy = "above", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Below> below = new ArrayList<>(List.of(new Below(this)));

        @Embedded
        @Nullable
        Tombstone tombstone;

        void change() {
            more = "changed";
        }

        void blank() {
            title = "";
        }

        void clear() {
            tags.clear();
            below.clear();
        }

        void tag() {
            tags.add("another");
        }

        void loseWhatIsBelow() {
            below.clear();
        }
    }

    @Entity(name = "Below")
    static class Below implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @NotBlank
        String title = "title";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Titled above;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Below() {}

        Below(Titled above) {
            this.above = above;
        }
    }

    /** Whose callback throws. */
    @Entity(name = "Frozen")
    static class Frozen implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String text = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        @PreUpdate
        void refuse() {
            throw new IllegalStateException("frozen");
        }

        void change() {
            text = "changed";
        }
    }

    private final Titled titled = new Titled();
    private final Frozen frozen = new Frozen();

    MarkIsNotValidatedTest(Database database) {
        super(new World(
                database,
                List.of(Titled.class, Below.class, Frozen.class),
                Map.of("jakarta.persistence.validation.mode", "callback")));
        inA(em -> {
            em.persist(titled);
            em.persist(frozen);
        });
        world.sql("update titled set title = ''", "update below set title = ' '");
    }

    private Titled titled(EntityManager em) {
        return em.find(Titled.class, titled.id);
    }

    private void isMarkedAndComesBack(int rows, Consumer<EntityManager> work) {
        List<String> before = withoutMarks();
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> work.accept(em)));
        assertThat(withoutMarks()).isEqualTo(before);
        inA(em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(rows));
        assertThat(withoutMarks()).isEqualTo(before);
    }

    private List<String> withoutMarks() {
        List<String> rows = world.rows("select id, title, more from titled");
        rows.addAll(world.rows("select * from titled_tags"));
        rows.addAll(world.rows("select id, title, above_id from below"));
        rows.addAll(world.rows("select id, text from frozen"));
        return rows;
    }

    @Test
    void aChangeIsValidated() {
        for (Consumer<Titled> change : List.<Consumer<Titled>>of(Titled::change, Titled::tag)) {
            assertThatThrownBy(() -> inA(em -> change.accept(titled(em))))
                    .satisfies(thrown ->
                            assertThat(causes(thrown)).hasAtLeastOneElementOfType(ConstraintViolationException.class));
        }
        assertThatThrownBy(() -> inA(em -> em.find(Frozen.class, frozen.id).change()))
                .satisfies(thrown -> assertThat(causes(thrown))
                        .anySatisfy(cause -> assertThat(cause).hasMessage("frozen")));
    }

    @Test
    void aRemoveIsNot() {
        isMarkedAndComesBack(2, em -> em.remove(titled(em)));
        isMarkedAndComesBack(1, em -> em.remove(em.find(Frozen.class, frozen.id)));
        isMarkedAndComesBack(3, em -> List.of(Titled.class, Frozen.class)
                .forEach(type -> em.createQuery("from " + type.getSimpleName(), type)
                        .getResultList()
                        .forEach(em::remove)));
    }

    /** Its parent is validated, as in plain Hibernate: the program changes a collection of it. */
    @Test
    void anOrphanIsNot() {
        for (EntityManagerFactory factory : List.of(world.plain(), world.safe)) {
            assertThatThrownBy(() -> TenantScope.of(a)
                            .run(() -> World.transaction(factory, em -> {
                                titled(em).loseWhatIsBelow();
                                return true;
                            })))
                    .satisfies(thrown ->
                            assertThat(causes(thrown)).hasAtLeastOneElementOfType(ConstraintViolationException.class));
        }
        world.sql("update titled set title = 'title'");
        isMarkedAndComesBack(1, em -> titled(em).loseWhatIsBelow());
    }

    @Test
    void whatIsChangedInMemoryBeforeOrAfterIsNot() {
        isMarkedAndComesBack(2, em -> {
            Titled found = titled(em);
            found.change();
            found.clear();
            em.remove(found);
        });
        isMarkedAndComesBack(2, em -> {
            Titled found = titled(em);
            em.remove(found);
            em.flush();
            found.blank();
            found.tag();
        });
        isMarkedAndComesBack(1, em -> {
            Frozen found = em.find(Frozen.class, frozen.id);
            found.change();
            em.remove(found);
        });
    }

    @Test
    void whatIsMarkedByItsIdIsNot() {
        isMarkedAndComesBack(2, em -> {
            em.flush();
            em.remove(em.getReference(Titled.class, titled.id));
        });
    }
}
