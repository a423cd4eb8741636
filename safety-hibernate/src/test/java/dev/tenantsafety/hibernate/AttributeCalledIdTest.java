package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entities whose key is called otherwise than {@code id}, while another attribute is called so. */
class AttributeCalledIdTest {

    @Entity(name = "Doc")
    static class Doc implements SoftDeletable {
        @Id
        LabelId pk = LabelId.create();

        /** A number of the application's. */
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToMany
        Set<Doc> related = new HashSet<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    record Pair(LabelId label, long part) {}

    @Entity(name = "Paired")
    @IdClass(Pair.class)
    static class Paired {
        @Id
        LabelId label = LabelId.create();

        @Id
        long part;

        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Doc doc;
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void areLookedForByTheirKey(Database database) {
        TenantId a = TenantId.create();
        TenantId b = TenantId.create();
        Doc doc = new Doc();
        doc.id = "1";
        Doc other = new Doc();
        Paired paired = new Paired();
        try (World world = new World(database, List.of(Doc.class, Paired.class), Map.of())) {
            world.in(a, em -> {
                doc.related.add(other);
                List.of(doc, other, paired).forEach(em::persist);
            });
            world.in(a, em -> {
                Doc copy = new Doc();
                copy.related.add(em.getReference(Doc.class, doc.pk));
                em.persist(copy);
                em.find(Paired.class, new Pair(paired.label, 0)).doc = em.getReference(Doc.class, doc.pk);
            });
            TenantScope.of(a)
                    .run(() -> World.stateless(world.safe, session -> {
                        session.update(paired);
                        session.upsert(paired);
                    }));
            assertThatThrownBy(() -> TenantScope.of(b)
                            .run(() -> World.stateless(world.safe, session -> {
                                paired.tenant = b;
                                session.update(paired);
                            })))
                    .isInstanceOf(ForeignRowException.class);
            DeletionId deletion =
                    world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Doc.class, other.pk))));
            world.in(a, em -> em.find(Doc.class, doc.pk).related = new HashSet<>());
            world.in(
                    a, em -> assertThat(Deletions.of(em).undo(deletion).total()).isEqualTo(1));
            world.in(a, em -> assertThat(em.find(Doc.class, doc.pk).related).hasSize(1));
        }
    }
}
