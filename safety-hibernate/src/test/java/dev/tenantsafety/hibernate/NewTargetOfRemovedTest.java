package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A row that is removed leads to a new instance, by each kind of cascade: nothing is inserted, as without us. */
@ParameterizedClass
@EnumSource(Database.class)
class NewTargetOfRemovedTest extends WorldTest {

    @Entity(name = "Target")
    static class Target implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Removed")
    static class Removed implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY, cascade = CascadeType.PERSIST)
        @Nullable
        Target persisting;

        @ManyToMany(cascade = CascadeType.PERSIST)
        Set<Target> links = new HashSet<>();

        @OneToMany(cascade = {CascadeType.PERSIST, CascadeType.REMOVE})
        @JoinColumn(name = "owner")
        Set<Target> owned = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    enum Attribute {
        PERSISTING((removed, target) -> removed.persisting = target),
        LINKS((removed, target) -> removed.links.add(target)),
        OWNED((removed, target) -> removed.owned.add(target));

        @SuppressWarnings("ImmutableEnumChecker") // functions without state
        final BiConsumer<Removed, Target> set;

        Attribute(BiConsumer<Removed, Target> set) {
            this.set = set;
        }
    }

    NewTargetOfRemovedTest(Database database) {
        super(new World(database, List.of(Target.class, Removed.class), Map.of()));
    }

    private void removes(EntityManagerFactory factory, Attribute attribute, boolean isBefore) {
        Removed removed = new Removed();
        removed.tenant = a;
        TenantScope.of(a).run(() -> {
            World.transaction(factory, em -> persist(em, removed));
            World.transaction(factory, em -> {
                Removed found = em.find(Removed.class, removed.id);
                if (isBefore) {
                    attribute.set.accept(found, new Target());
                    em.remove(found);
                } else {
                    em.remove(found);
                    attribute.set.accept(found, new Target());
                }
                return true;
            });
        });
        assertThat(world.count("target")).isZero();
    }

    private static boolean persist(EntityManager em, Removed removed) {
        em.persist(removed);
        return true;
    }

    @ParameterizedTest
    @EnumSource(Attribute.class)
    void isNotInserted(Attribute attribute) {
        for (boolean isBefore : new boolean[] {true, false}) {
            removes(world.plain(), attribute, isBefore);
            removes(world.safe, attribute, isBefore);
        }
        assertThat(world.count("removed where deleted_at is null")).isZero();
    }
}
