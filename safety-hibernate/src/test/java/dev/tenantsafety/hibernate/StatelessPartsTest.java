package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyJoinColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.ManyToAny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References that are a part of a collection's row, as a stateless session writes them. */
@ParameterizedClass
@EnumSource(Database.class)
class StatelessPartsTest extends WorldTest {

    @Entity(name = "Stone")
    static class Stone {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class Setting {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "stone_id")
        @Nullable
        Stone stone;

        String text = "";
    }

    @Entity(name = "Ring")
    static class Ring {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        List<Setting> settings = new ArrayList<>();

        @ElementCollection
        @MapKeyJoinColumn(name = "stone_id")
        Map<Stone, String> texts = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "ring_pair")
        @MapKeyJoinColumn(name = "left_id")
        Map<Stone, Stone> pairs = new HashMap<>();

        @ManyToAny(fetch = FetchType.LAZY)
        @AnyKeyJavaClass(Long.class)
        @AnyDiscriminatorValue(discriminator = "S", entity = Stone.class)
        @Column(name = "what")
        @JoinTable(
                name = "ring_any",
                joinColumns = @JoinColumn(name = "ring_id"),
                inverseJoinColumns = @JoinColumn(name = "what_id"))
        Set<Object> anything = new HashSet<>();
    }

    private static final long OWN = 1;
    private static final long FOREIGN = 2;

    private static final List<BiConsumer<Ring, Stone>> WAYS = List.of(
            (ring, stone) -> {
                Setting setting = new Setting();
                setting.stone = stone;
                ring.settings.add(setting);
            },
            (ring, stone) -> ring.texts.put(stone, "t"),
            (ring, stone) -> ring.pairs.put(stone, stone(OWN)),
            (ring, stone) -> ring.pairs.put(stone(OWN), stone),
            (ring, stone) -> ring.anything.add(stone));

    StatelessPartsTest(Database database) {
        super(new World(database, List.of(Stone.class, Ring.class), Map.of()));
    }

    @BeforeEach
    void stones() {
        inA(em -> em.persist(stone(OWN)));
        world.in(b, em -> em.persist(stone(FOREIGN)));
    }

    private static Stone stone(long id) {
        Stone stone = new Stone();
        stone.id = id;
        return stone;
    }

    private Ring ring(long id) {
        Ring ring = new Ring();
        ring.id = id;
        ring.tenant = a;
        return ring;
    }

    private void stateless(Consumer<StatelessSession> work) {
        TenantScope.of(a).run(() -> World.stateless(world.safe, work));
    }

    @Test
    void ownPartsAreWritten() {
        long id = 10;
        for (BiConsumer<Ring, Stone> way : WAYS) {
            Ring made = ring(id++);
            stateless(session -> session.insert(made));
            way.accept(made, stone(OWN));
            stateless(session -> session.update(made));
            stateless(session -> session.upsert(made));
            Ring filled = ring(id++);
            way.accept(filled, stone(OWN));
            stateless(session -> session.insert(filled));
        }
        assertThat(List.of(
                        world.count("Ring_settings"),
                        world.count("Ring_texts"),
                        world.count("ring_pair"),
                        world.count("ring_any")))
                .containsExactly(2L, 2L, 4L, 2L);
    }

    @Test
    void partsOfOthersAreNot() {
        stateless(session -> session.insert(ring(OWN)));
        for (BiConsumer<Ring, Stone> way : WAYS) {
            Ring made = ring(3);
            way.accept(made, stone(FOREIGN));
            assertThatThrownBy(() -> stateless(session -> session.insert(made)))
                    .isInstanceOf(ForeignRowException.class);
            Ring changed = ring(OWN);
            way.accept(changed, stone(FOREIGN));
            assertThatThrownBy(() -> stateless(session -> session.update(changed)))
                    .isInstanceOf(ForeignRowException.class);
            assertThatThrownBy(() -> stateless(session -> session.upsert(changed)))
                    .isInstanceOf(ForeignRowException.class);
        }
    }
}
