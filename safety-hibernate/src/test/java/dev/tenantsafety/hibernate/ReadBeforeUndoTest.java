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
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A session that undoes a deletion reads its collections again, whichever side of the association maps them. */
@ParameterizedClass
@EnumSource(Database.class)
class ReadBeforeUndoTest extends WorldTest {

    @Entity(name = "Drummer")
    static class Drummer implements SoftDeletable {
        @Id
        String name = "drummer";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        @OneToMany(mappedBy = "drummer", cascade = CascadeType.ALL)
        @OrderColumn(name = "pos")
        List<Drum> list = new ArrayList<>();

        @OneToMany(mappedBy = "drummer")
        Collection<Drum> bag = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        List<Drum> list() {
            return list;
        }

        Collection<Drum> bag() {
            return bag;
        }

        void add(Drum drum) {
            list.add(drum);
            bag.add(drum);
        }
    }

    @Entity(name = "Drum")
    static class Drum implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Drummer drummer;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Drum() {}

        Drum(String name, Drummer drummer) {
            this.name = name;
            this.drummer = drummer;
        }

        String name() {
            return name;
        }
    }

    private final DeletionId deletion;

    ReadBeforeUndoTest(Database database) {
        super(new World(database, List.of(Drummer.class, Drum.class), Map.of()));
        inA(em -> {
            Drummer drummer = new Drummer();
            for (String name : List.of("d0", "d1", "d2", "d3")) {
                drummer.add(new Drum(name, drummer));
            }
            em.persist(drummer);
        });
        deletion = world.get(a, em -> Deletions.of(em)
                .because("test", () -> em.remove(Objects.requireNonNull(em.find(Drum.class, "d1")))));
    }

    private static Drummer drummer(EntityManager em) {
        return Objects.requireNonNull(em.find(Drummer.class, "drummer"));
    }

    @Test
    void collectionsThatWereReadBeforeTheUndo() {
        inA(em -> {
            Drummer drummer = drummer(em);
            assertThat(drummer.list()).filteredOn(Objects::nonNull).hasSize(3);
            assertThat(drummer.bag()).hasSize(3);
            Deletions.of(em).undo(deletion);
            assertThat(drummer.list()).extracting(Drum::name).containsExactly("d0", "d1", "d2", "d3");
            assertThat(drummer.bag()).extracting(Drum::name).containsExactlyInAnyOrder("d0", "d1", "d2", "d3");
        });
    }
}
