package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.PrimaryKeyJoinColumn;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A reference by a part of the ID, or by all of it: the ID is what is written, whatever the attribute says. */
@ParameterizedClass
@EnumSource(Database.class)
class KeysThatPointTest extends WorldTest {

    @Entity(name = "Part")
    static class Part {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;
    }

    @Embeddable
    static class Key implements Serializable {
        private static final long serialVersionUID = 1;
        long partId;
        long number;

        Key() {}

        Key(long partId, long number) {
            this.partId = partId;
            this.number = number;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && that.partId == partId && that.number == number;
        }

        @Override
        public int hashCode() {
            return Objects.hash(partId, number);
        }
    }

    /** Owned by a part of its key. */
    @Entity(name = "Line")
    @OwnedThrough("part")
    static class Line {
        @EmbeddedId
        Key key = new Key();

        @MapsId("partId")
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;

        String text = "";

        Line() {}

        Line(long part, long number) {
            key = new Key(part, number);
        }
    }

    /** Owned by its whole key, and protected. */
    @Entity(name = "Detail")
    @OwnedThrough("part")
    static class Detail implements SoftDeletable {
        @Id
        long id;

        @MapsId
        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;

        String text = "";

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Has owners of its own; the reference in the key is no path. */
    @Entity(name = "Slot")
    static class Slot {
        @EmbeddedId
        Key key = new Key();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OwnedBy
        @Nullable
        SiteId site;

        @MapsId("partId")
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Part part;

        String text = "";

        Slot() {}

        Slot(long of, long number, @Nullable Part part) {
            key = new Key(of, number);
            this.part = part;
        }
    }

    /** Has the key of what it points at. */
    @Entity(name = "ByKey")
    static class ByKey {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @PrimaryKeyJoinColumn
        @Nullable
        Part part;
    }

    private final SiteId first = SiteId.create();
    private final SiteId second = SiteId.create();

    KeysThatPointTest(Database database) {
        super(new World(database, List.of(Part.class, Line.class, Detail.class, Slot.class, ByKey.class), Map.of()));
    }

    @BeforeEach
    void rows() {
        world.across(em -> {
            part(em, 1, a, first);
            part(em, 2, a, second);
            part(em, 3, b, SiteId.create());
        });
    }

    private static void part(EntityManager em, long id, TenantId tenant, SiteId site) {
        Part part = new Part();
        part.id = id;
        part.tenant = tenant;
        part.site = site;
        em.persist(part);
    }

    private void isRefused(Runnable scoped, String table) {
        assertThatThrownBy(scoped::run).isInstanceOf(ForeignRowException.class);
        assertThat(world.count(table)).isZero();
    }

    private Runnable stateless(Consumer<StatelessSession> work) {
        return () -> TenantScope.of(a).run(() -> World.stateless(world.safe, work));
    }

    @Test
    @Shows("a reference by a part of the ID (`@MapsId`), or by all of it (`@PrimaryKeyJoinColumn`)")
    void anUpsertWithoutTheReferenceMakesNoRowOfOthers() {
        isRefused(stateless(session -> session.upsert(new Line(3, 7))), "Line");
        isRefused(stateless(session -> session.upsertMultiple(List.of(new Line(3, 8), new Line(3, 9)))), "Line");
        isRefused(
                () -> TenantScope.of(a)
                        .narrow(first)
                        .run(() -> World.stateless(world.safe, session -> session.upsert(new Line(2, 7)))),
                "Line");
        isRefused(
                stateless(session -> {
                    Detail detail = new Detail();
                    detail.id = 3;
                    session.upsert(detail);
                }),
                "Detail");
    }

    @Test
    @Shows("a reference by a part of the ID (`@MapsId`), or by all of it (`@PrimaryKeyJoinColumn`)")
    void soDoesOneThatSaysAnother() {
        isRefused(stateless(session -> session.upsert(new Slot(3, 7, session.get(Part.class, 1L)))), "Slot");
        isRefused(stateless(session -> session.upsert(new Slot(3, 8, null))), "Slot");
        isRefused(
                () -> CrossTenant.write("a test")
                        .run(() -> World.stateless(world.safe, session -> {
                            Slot slot = new Slot(3, 9, session.get(Part.class, 1L));
                            slot.tenant = a;
                            slot.site = first;
                            session.upsert(slot);
                        })),
                "Slot");
        stateless(session -> session.upsert(new Slot(1, 7, session.get(Part.class, 1L))))
                .run();
        assertThat(world.count("Slot")).isOne();
    }

    @Test
    @Shows("a reference by a part of the ID (`@MapsId`), or by all of it (`@PrimaryKeyJoinColumn`)")
    void aKeyThatIsTheReferenceIsLookedFor() {
        isRefused(
                () -> inA(em -> {
                    em.persist(byKey(3));
                    em.flush();
                }),
                "ByKey");
        isRefused(stateless(session -> session.insert(byKey(3))), "ByKey");
        inA(em -> em.persist(byKey(1)));
        inA(em -> em.persist(byKey(99)));
        assertThat(world.count("ByKey")).isEqualTo(2);
    }

    private static ByKey byKey(long id) {
        ByKey row = new ByKey();
        row.id = id;
        return row;
    }
}
