package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.RollbackException;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.UpdateTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Two sessions have the same row, and one of them removes it. */
@ParameterizedClass
@CsvSource({"H2, 1", "H2, 20", "POSTGRESQL, 1", "POSTGRESQL, 20"})
class StaleTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "as it was";

        @Embedded
        @Nullable
        Tombstone tombstone;

        /** Enhanced classes notice changes of a superclass's fields only in its own methods. */
        void rename(String now) {
            name = now;
        }
    }

    @Entity(name = "Plain")
    static class Plain extends Base {}

    @Entity(name = "Partial")
    @DynamicUpdate
    static class Partial extends Base {}

    @Entity(name = "Versioned")
    static class Versioned extends Base {
        @Version
        int version;
    }

    @Entity(name = "Stamped")
    static class Stamped extends Base {
        @UpdateTimestamp
        @Nullable
        Instant changed;
    }

    @Entity(name = "Root")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Root extends Base {}

    @Entity(name = "Leaf")
    static class Leaf extends Root {
        String extra = "as it was";
    }

    @Entity(name = "UnionRoot")
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class UnionRoot extends Base {}

    @Entity(name = "UnionLeaf")
    static class UnionLeaf extends UnionRoot {
        String extra = "as it was";
    }

    private final World world;
    private final TenantId tenant = TenantId.create();

    StaleTest(Database database, String batch) {
        world = new World(
                database,
                List.of(
                        Plain.class,
                        Partial.class,
                        Versioned.class,
                        Stamped.class,
                        Root.class,
                        Leaf.class,
                        UnionRoot.class,
                        UnionLeaf.class),
                Map.of("hibernate.jdbc.batch_size", batch));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static List<Base> oneOfEach() {
        return List.of(
                new Plain(),
                new Partial(),
                new Versioned(),
                new Stamped(),
                new Root(),
                new Leaf(),
                new UnionRoot(),
                new UnionLeaf());
    }

    /** The first session reads, the second removes, the first goes on with what it read. */
    private void stale(Base entity, Consumer<Base> change) {
        world.in(tenant, em -> em.persist(entity));
        TenantScope.of(tenant).run(() -> {
            try (EntityManager first = world.safe.createEntityManager()) {
                first.getTransaction().begin();
                Base read = first.find(entity.getClass(), entity.id);
                world.in(tenant, em -> em.remove(em.find(entity.getClass(), entity.id)));
                List<String> marked = rows();
                change.accept(read);
                if (read.name.equals("to be removed")) {
                    read.rename("as it was");
                    first.remove(read);
                }
                assertThatThrownBy(() -> first.getTransaction().commit())
                        .as(entity.getClass().getSimpleName())
                        .isInstanceOf(RollbackException.class)
                        .cause()
                        .isInstanceOf(OptimisticLockException.class);
                assertThat(rows()).as(entity.getClass().getSimpleName()).isEqualTo(marked);
            }
        });
    }

    private List<String> rows() {
        return List.of("plain", "partial", "versioned", "stamped", "root", "leaf", "unionroot", "unionleaf").stream()
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    @Test
    @Shows("a change, or a remove, by a session that read the row before another marked it")
    void aStaleChangeDoesNotBringARowBack() {
        oneOfEach().forEach(entity -> stale(entity, read -> read.rename("changed")));
    }

    @Test
    void aStaleChangeOfATableOfTheSubclassIsRefusedToo() {
        stale(new Leaf(), read -> ((Leaf) read).extra = "changed");
        stale(new UnionLeaf(), read -> ((UnionLeaf) read).extra = "changed");
    }

    @Test
    @Shows("a change, or a remove, by a session that read the row before another marked it")
    void theFirstOfTwoDeletionsHoldsTheRow() {
        oneOfEach().forEach(entity -> stale(entity, read -> read.rename("to be removed")));
        assertThat(world.count("tenant_safety_deletion")).isEqualTo(oneOfEach().size());
    }

    @Test
    void whatWasChangedBeforeAMarkIsNotWritten() {
        for (Base entity : oneOfEach()) {
            world.in(tenant, em -> {
                em.persist(entity);
                em.flush();
                entity.rename("changed");
                if (entity instanceof Leaf leaf) {
                    leaf.extra = "changed";
                }
                em.remove(entity);
            });
        }
        assertThat(rows()).filteredOn(row -> row.contains("changed")).isEmpty();
        assertThat(rows()).filteredOn(row -> row.contains("unknown")).hasSize(8); // who marked it
    }

    @Test
    void changesAndMarksOfOneFlushAreNotMixedUp() {
        List<Plain> rows = List.of(new Plain(), new Plain(), new Plain(), new Plain());
        world.in(tenant, em -> rows.forEach(em::persist));
        world.in(tenant, em -> {
            for (int i = 0; i < rows.size(); i++) {
                Plain read = em.find(Plain.class, rows.get(i).id);
                if (i % 2 == 0) {
                    read.rename("changed");
                } else {
                    em.remove(read);
                }
            }
        });
        assertThat(rows.stream().map(this::alive)).containsExactly("changed", null, "changed", null);
    }

    @Test
    void aRowIsMarkedThenChangedOrTakenBackInTheSameTransaction() {
        for (Base entity : oneOfEach()) {
            world.in(tenant, em -> {
                em.persist(entity);
                em.flush();
                em.remove(entity);
                em.flush();
                entity.rename("changed");
                em.flush();
            });
            assertThat(alive(entity)).as(entity.getClass().getSimpleName()).isNull();
            Base other = oneOfEach().stream()
                    .filter(e -> e.getClass() == entity.getClass())
                    .findFirst()
                    .orElseThrow();
            world.in(tenant, em -> {
                em.persist(other);
                em.flush();
                em.remove(other);
                em.flush();
                em.persist(other);
                em.flush();
                other.rename("changed");
            });
            assertThat(alive(other)).as(entity.getClass().getSimpleName()).isEqualTo("changed");
        }
    }

    private @Nullable String alive(Base entity) {
        return world.get(tenant, em -> {
            Base found = em.find(entity.getClass(), entity.id);
            return found == null ? null : found.name;
        });
    }
}
