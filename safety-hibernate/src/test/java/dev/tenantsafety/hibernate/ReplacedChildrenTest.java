package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Version;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Children with keys that are made of their parents' are replaced by new ones with the same keys, which a cascade finds. */
@ParameterizedClass
@EnumSource(Database.class)
class ReplacedChildrenTest extends WorldTest {

    @Entity(name = "Basket")
    static class Basket implements SoftDeletable {
        @Id
        String name = "basket";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToMany(mappedBy = "basket", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Item> items = new ArrayList<>();

        @OneToOne(mappedBy = "basket", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Lid lid;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Fruit")
    static class Fruit {
        @Id
        String name = "apple";

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class ItemKey implements Serializable {
        private static final long serialVersionUID = 1;

        @Nullable
        String basket;

        @Nullable
        String fruit;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ItemKey key
                    && Objects.equals(basket, key.basket)
                    && Objects.equals(fruit, key.fruit);
        }

        @Override
        public int hashCode() {
            return Objects.hash(basket, fruit);
        }
    }

    @Entity(name = "Item")
    static class Item implements SoftDeletable {
        @EmbeddedId
        ItemKey key = new ItemKey();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        @MapsId("basket")
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Basket basket;

        @MapsId("fruit")
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Fruit fruit;

        int pieces;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Item() {}

        Item(Basket basket, Fruit fruit, int pieces) {
            this.basket = basket;
            this.fruit = fruit;
            this.pieces = pieces;
        }
    }

    @Entity(name = "Lid")
    static class Lid implements SoftDeletable {
        @Id
        @Nullable
        String name;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Basket basket;

        int color;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Lid() {}

        Lid(Basket basket, int color) {
            this.basket = basket;
            this.color = color;
        }
    }

    ReplacedChildrenTest(Database database) {
        super(new World(database, List.of(Basket.class, Fruit.class, Item.class, Lid.class), Map.of()));
        inA(em -> {
            Basket basket = new Basket();
            Fruit apple = new Fruit();
            em.persist(apple);
            basket.items.add(new Item(basket, apple, 1));
            basket.lid = new Lid(basket, 1);
            em.persist(basket);
        });
    }

    private static Basket basket(EntityManager em) {
        return Objects.requireNonNull(em.find(Basket.class, "basket"));
    }

    private static Fruit apple(EntityManager em) {
        return Objects.requireNonNull(em.find(Fruit.class, "apple"));
    }

    private void assertReplaced() {
        assertThat(world.rows("select pieces from item where deleted_at is null"))
                .containsExactly("2 | ");
        assertThat(world.rows("select color from lid where deleted_at is null")).containsExactly("2 | ");
        assertThat(world.count("tenant_safety_deletion")).isZero();
        inA(em -> assertThat(basket(em).items).hasSize(1));
    }

    @Test
    void byTheCascadeOfTheFlush() {
        inA(em -> {
            Basket basket = basket(em);
            basket.items.clear();
            Hibernate.initialize(basket.lid); // or Hibernate removes no orphan
            basket.lid = null;
            em.flush();
            basket.items.add(new Item(basket, apple(em), 2));
            basket.lid = new Lid(basket, 2);
        });
        assertReplaced();
        inA(em -> basket(em).items.get(0).pieces = 3);
        assertThat(world.rows("select pieces from item where deleted_at is null"))
                .containsExactly("3 | ");
    }

    @Test
    void byTheCascadeOfAMerge() {
        inA(em -> {
            Basket basket = basket(em);
            basket.items.clear();
            Hibernate.initialize(basket.lid); // or Hibernate removes no orphan
            basket.lid = null;
            em.flush();
            basket.items.add(new Item(basket, apple(em), 2));
            basket.lid = new Lid(basket, 2);
            em.merge(basket);
        });
        assertReplaced();
    }
}
