package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A removal that is not flushed is forgotten by {@code clear()}, with Hibernate alone, and the instances are as they were. */
@ParameterizedClass
@EnumSource(Database.class)
class ClearedRemovalsTest extends WorldTest {

    @Entity(name = "Basket")
    static class Basket implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        int version;

        String name = "";

        @OneToMany(mappedBy = "basket", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Line> lines = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;

        void rename(String now) {
            name = now;
        }

        List<Line> lines() {
            return lines;
        }
    }

    @Entity(name = "Line")
    static class Line implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Basket basket;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    ClearedRemovalsTest(Database database) {
        super(new World(database, List.of(Basket.class, Line.class), Map.of()));
        inA(em -> {
            Basket basket = new Basket();
            Line line = new Line();
            line.basket = basket;
            basket.lines.add(line);
            em.persist(basket);
        });
    }

    private static Basket removed(EntityManager em) {
        Basket basket = em.find(Basket.class, 0L);
        assertThat(basket.lines()).hasSize(1);
        em.remove(basket);
        return basket;
    }

    private void isAlive() {
        assertThat(world.rows("select name, deletion_id from basket")).containsExactly("kept | null | ");
        assertThat(world.rows("select id, deletion_id from line")).containsExactly("0 | null | ");
        assertThat(world.count("tenant_safety_deletion")).isZero();
    }

    private static Consumer<EntityManager> keep(Basket[] held) {
        return em -> {
            held[0].rename("kept");
            em.merge(held[0]);
        };
    }

    @Test
    void inTheSameTransaction() {
        inA(em -> {
            Basket[] held = {removed(em)};
            em.clear();
            keep(held).accept(em);
        });
        isAlive();
    }

    @Test
    void afterARollback() {
        Basket[] held = new Basket[1];
        TenantScope.of(a).run(() -> {
            try (EntityManager em = world.safe.createEntityManager()) {
                em.getTransaction().begin();
                held[0] = removed(em);
                em.clear();
                em.getTransaction().rollback();
            }
        });
        inA(keep(held));
        isAlive();
    }

    /** What was flushed is marked, and stays so. */
    @Test
    void afterAFlushItIsNotForgotten() {
        inA(em -> {
            removed(em);
            em.flush();
            em.clear();
        });
        assertThat(world.count("basket where deletion_id is not null")).isOne();
        assertThat(world.count("tenant_safety_deletion")).isOne();
    }

    /** What was taken back before is no removal that clear() forgets: the instance keeps the version that was written. */
    @Test
    void whatWasTakenBackBeforeKeepsItsVersion() {
        inA(em -> {
            Basket basket = em.find(Basket.class, 0L);
            basket.rename("changed");
            em.remove(basket);
            em.persist(basket);
            em.flush();
            em.clear();
            basket.rename("kept");
            em.merge(basket);
        });
        isAlive();
    }
}
