package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Map;
import org.hibernate.envers.AuditReader;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.hibernate.envers.RevisionType;
import org.hibernate.envers.query.AuditEntity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Revisions of Envers beside our marks. */
class EnversTest extends WorldTest {

    private final ProjectId id = ProjectId.create();

    EnversTest() {
        super(new World(Database.H2, List.of(Contract.class), Map.of()));
    }

    @Entity(name = "Contract")
    @Table(name = "contract")
    @Audited
    static class Contract implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Contract() {}

        Contract(ProjectId id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    private void threeRevisions() {
        inA(em -> em.persist(new Contract(id, "draft")));
        inA(em -> em.find(Contract.class, id).name = "signed");
        inA(em -> em.remove(em.find(Contract.class, id)));
    }

    private static List<RevisionType> revisions(EntityManager em, ProjectId id) {
        List<?> found = AuditReaderFactory.get(em)
                .createQuery()
                .forRevisionsOfEntity(Contract.class, false, true)
                .add(AuditEntity.id().eq(id))
                .addOrder(AuditEntity.revisionNumber().asc())
                .getResultList();
        return found.stream().map(row -> (RevisionType) ((Object[]) row)[2]).toList();
    }

    @Test
    void aMarkIsAModification() {
        threeRevisions();
        assertThat(world.rows("select revtype, name, case when deleted_at is null then 'alive' else 'marked' end"
                        + " from contract_aud"))
                .containsExactly("0 | draft | alive | ", "1 | signed | alive | ", "1 | signed | marked | ");
        assertThat(world.count("contract")).isEqualTo(1);
        inA(em -> assertThat(revisions(em, id)).containsExactly(RevisionType.ADD, RevisionType.MOD, RevisionType.MOD));
    }

    @Test
    void theRevisionsCanBeRead() {
        threeRevisions();
        inA(em -> {
            AuditReader audit = AuditReaderFactory.get(em);
            List<Number> revisions = audit.getRevisions(Contract.class, id);
            assertThat(revisions).hasSize(3);
            Contract first = audit.find(Contract.class, id, revisions.get(0));
            assertThat(first.name).isEqualTo("draft");
            assertThat(first.tenant).isEqualTo(a);
            assertThat(first.tombstone).isNull();
            Contract last = audit.find(Contract.class, id, revisions.get(2));
            assertThat(last.name).isEqualTo("signed");
            assertThat(last.tombstone).isNotNull();
        });
    }

    @Test
    void theRowItselfStaysInScopeAndAlive() {
        threeRevisions();
        inA(em -> assertThat(em.find(Contract.class, id)).isNull());
        world.in(b, em -> assertThat(count(em, "Contract")).isZero());
        world.without(em -> assertThatThrownBy(() -> count(em, "Contract")).isInstanceOf(NoTenantScopeException.class));
    }

    @Test
    void theRowComesBackAfterUndo() {
        inA(em -> em.persist(new Contract(id, "draft")));
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("test", () -> em.remove(em.find(Contract.class, id))));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> {
            em.find(Contract.class, id).name = "again";
            em.flush();
        });
        inA(em -> assertThat(em.find(Contract.class, id).name).isEqualTo("again"));
        assertThat(world.rows("select name, case when deleted_at is null then 'alive' else 'marked' end"
                        + " from contract_aud"))
                .containsExactly("again | alive | ", "draft | alive | ", "draft | marked | ");
    }
}
