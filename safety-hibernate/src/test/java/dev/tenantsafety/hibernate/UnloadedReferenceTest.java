package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.DeviceId;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.proxy.HibernateProxy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a reference leads to is known before it is loaded; whether it is a proxy or, run with enhanced classes, none. */
@ParameterizedClass
@EnumSource
class UnloadedReferenceTest {

    private final World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private final LabelId docOfA;
    private final DeviceId remarkOfB;

    UnloadedReferenceTest(Database database) {
        world = new World(database, List.of(Doc.class, Remark.class), Map.of());
        Doc doc = new Doc();
        docOfA = doc.id;
        world.in(a, em -> em.persist(doc));
        Remark remark = new Remark();
        remarkOfB = remark.id;
        world.in(b, em -> {
            remark.doc = new Doc();
            em.persist(remark.doc);
            em.persist(remark);
        });
    }

    /** Changed without being loaded, if it is enhanced: it writes only what has changed, and has no version. */
    @Entity(name = "Doc")
    @DynamicUpdate
    static class Doc implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String title = "as it was";

        @Embedded
        @Nullable
        Tombstone tombstone;

        public void rename(String now) {
            title = now;
        }
    }

    @Entity(name = "Remark")
    @OwnedThrough("doc")
    @DynamicUpdate
    static class Remark {
        @Id
        DeviceId id = DeviceId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Doc doc;

        @ManyToMany
        Set<Doc> others = new HashSet<>();

        String text = "as it was";

        public void write(String now) {
            text = now;
        }

        public void pointAt(Doc now) {
            doc = now;
        }
    }

    private List<String> before = List.of();

    private List<String> rows() {
        return List.of("doc", "remark", "remark_doc", "tenant_safety_deletion").stream()
                .flatMap(table -> world.rows("select * from " + table).stream().map(row -> table + ": " + row))
                .toList();
    }

    @BeforeEach
    void remember() {
        before = rows();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void refused(TenantId tenant, Consumer<EntityManager> work) {
        assertThatThrownBy(() -> world.in(tenant, work)).isInstanceOf(RuntimeException.class);
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    @EnabledIfSystemProperty(named = "tests.enhanced", matches = "true")
    void anEnhancedReferenceIsNoProxy() {
        world.in(a, em -> assertThat((Object) em.getReference(Doc.class, docOfA))
                .isInstanceOf(PersistentAttributeInterceptable.class)
                .isNotInstanceOf(HibernateProxy.class));
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void aRowOfOthersIsNotPointedAt() {
        refused(b, em -> {
            Remark remark = new Remark();
            remark.doc = em.getReference(Doc.class, docOfA);
            em.persist(remark);
        });
        refused(b, em -> em.find(Remark.class, remarkOfB).doc = em.getReference(Doc.class, docOfA));
        refused(b, em -> em.find(Remark.class, remarkOfB).others.add(em.getReference(Doc.class, docOfA)));
        refused(b, em -> {
            Remark reference = em.getReference(Remark.class, remarkOfB);
            reference.pointAt(em.getReference(Doc.class, docOfA));
        });
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void aMarkedRowIsNotPointedAt() {
        LabelId marked = world.get(b, em -> {
            Doc doc = new Doc();
            em.persist(doc);
            return doc.id;
        });
        world.in(b, em -> em.remove(em.find(Doc.class, marked)));
        before = rows();
        refused(b, em -> em.find(Remark.class, remarkOfB).doc = em.getReference(Doc.class, marked));
        refused(b, em -> em.find(Remark.class, remarkOfB).others.add(em.getReference(Doc.class, marked)));
        refused(b, em -> em.getReference(Doc.class, marked).rename("changed"));
    }

    @Test
    void aRowOfOthersIsNotWrittenThroughAReference() {
        refused(b, em -> em.getReference(Doc.class, docOfA).rename("changed"));
        refused(a, em -> em.getReference(Remark.class, remarkOfB).write("changed"));
        refused(a, em -> em.getReference(Remark.class, remarkOfB).pointAt(em.find(Doc.class, docOfA)));
        refused(b, em -> em.remove(em.getReference(Doc.class, docOfA)));
        refused(a, em -> em.remove(em.getReference(Remark.class, remarkOfB)));
    }

    @Test
    void theOwnersRowsAre() {
        world.in(a, em -> em.getReference(Doc.class, docOfA).rename("changed"));
        world.in(a, em -> assertThat(em.find(Doc.class, docOfA).title).isEqualTo("changed"));
        world.in(b, em -> em.find(Remark.class, remarkOfB).write("changed"));
        world.in(b, em -> assertThat(em.find(Remark.class, remarkOfB).text).isEqualTo("changed"));
        world.in(a, em -> em.remove(em.getReference(Doc.class, docOfA)));
        world.in(a, em -> assertThat(em.find(Doc.class, docOfA)).isNull());
    }
}
