package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities whose key has several columns, of typed IDs. */
@ParameterizedClass
@EnumSource(Database.class)
class EmbeddedKeyTest {

    @Embeddable
    record Key(ProjectId project, LabelId label) {}

    @Entity(name = "Tagging")
    static class Tagging implements SoftDeletable {
        @EmbeddedId
        @Nullable
        Key key;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        String text = "";

        @OneToMany(mappedBy = "tagging", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Remark> remarks = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Remark")
    @OwnedThrough("tagging")
    static class Remark implements SoftDeletable {
        @jakarta.persistence.Id
        LabelId id = LabelId.create();

        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Tagging tagging;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private final Key key = new Key(ProjectId.create(), LabelId.create());

    EmbeddedKeyTest(Database database) {
        world = new World(database, List.of(Tagging.class, Remark.class), Map.of());
        world.in(a, em -> em.persist(tagging(key)));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Tagging tagging(Key key) {
        Tagging made = new Tagging();
        made.key = key;
        Remark remark = new Remark();
        remark.tagging = made;
        made.remarks.add(remark);
        return made;
    }

    @Test
    void theDatabaseSaysTheSameOfOwnership() throws SQLException {
        MappedOwnership mapped = MappedOwnership.of(world.safe);
        OwnershipModel model = OwnershipModel.read(world.source(), mapped::addTo);
        assertThat(mapped.differences(model)).isEmpty();
        try (Connection connection = world.source().getConnection()) {
            assertThat(model.check(connection)).isEmpty();
        }
    }

    @Test
    void areScopedMarkedAndUndone() {
        world.in(b, em -> assertThat(em.find(Tagging.class, key)).isNull());
        world.in(b, em -> assertThat(WorldTest.count(em, "Remark")).isZero());
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Tagging.class, key))));
        world.in(a, em -> assertThat(em.find(Tagging.class, key)).isNull());
        world.in(a, em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(2));
        world.in(a, em -> assertThat(em.find(Tagging.class, key).remarks).hasSize(1));
    }

    @Test
    void cannotBeTakenOver() {
        List<String> before = world.rows("select * from Tagging");
        assertThatThrownBy(() -> world.in(b, em -> em.merge(tagging(key)))).isInstanceOf(MarkedException.class);
        assertThatThrownBy(() -> TenantScope.of(b)
                        .run(() -> World.stateless(world.safe, session -> {
                            Tagging lie = tagging(key);
                            lie.tenant = b;
                            session.upsert(lie);
                        })))
                .isInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> world.in(b, em -> {
                    Remark remark = new Remark();
                    remark.tagging = em.getReference(Tagging.class, key);
                    em.persist(remark);
                }))
                .hasRootCauseInstanceOf(ForeignRowException.class);
        assertThat(world.rows("select * from Tagging")).isEqualTo(before);
    }

    @Test
    void aNewRowNeedsAnOwner() {
        Key other = new Key(ProjectId.create(), LabelId.create());
        assertThatThrownBy(() -> world.without(em -> em.persist(tagging(other))))
                .hasRootCauseInstanceOf(NoTenantScopeException.class);
        assertThatThrownBy(() -> world.across(em -> em.persist(tagging(other))))
                .hasRootCauseInstanceOf(ForeignRowException.class)
                .rootCause()
                .hasMessageContaining("would belong to nobody");
        world.across(em -> {
            Tagging made = tagging(other);
            made.tenant = b;
            em.persist(made);
        });
        world.in(b, em -> assertThat(em.find(Tagging.class, other)).isNotNull());
    }
}
