package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.SourceType;
import org.hibernate.annotations.UpdateTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The time of the last change is moved by no mark and no undo. */
@ParameterizedClass
@EnumSource(Database.class)
class MarkedStampTest extends WorldTest {

    @Entity(name = "Stamped")
    static class Stamped implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        @UpdateTimestamp
        @Nullable
        Instant changed;

        @UpdateTimestamp(source = SourceType.DB)
        @Column(name = "changed_there")
        @Nullable
        Instant changedThere;

        @Column(name = "by_callback")
        @Nullable
        Instant byCallback;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        @PreUpdate
        void stamp() {
            byCallback = Instant.now();
        }
    }

    @Entity(name = "Dynamic")
    @DynamicUpdate
    static class Dynamic implements SoftDeletable {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @UpdateTimestamp
        @Nullable
        Instant changed;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    private final Stamped stamped = new Stamped();
    private final Dynamic dynamic = new Dynamic();

    MarkedStampTest(Database database) {
        super(new World(database, List.of(Stamped.class, Dynamic.class), Map.of()));
        inA(em -> {
            em.persist(stamped);
            em.persist(dynamic);
        });
        world.sql(
                "update Stamped set changed = timestamp '2020-01-01 00:00:00', changed_there = timestamp '2020-01-01 00:00:00'",
                "update Dynamic set changed = timestamp '2020-01-01 00:00:00'");
    }

    private List<String> stamps() {
        List<String> stamps = world.rows("select changed, changed_there, by_callback from Stamped");
        stamps.addAll(world.rows("select changed from Dynamic"));
        return stamps;
    }

    @Test
    void isLeftByAMarkAndItsUndo() {
        List<String> before = stamps();
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("test", () -> {
            Stamped found = em.find(Stamped.class, stamped.id);
            found.name = "changed";
            em.remove(found);
            em.remove(em.find(Dynamic.class, dynamic.id));
        }));
        assertThat(stamps()).isEqualTo(before);
        inA(em -> Deletions.of(em).undo(deletion));
        assertThat(stamps()).isEqualTo(before);
        inA(em -> em.find(Stamped.class, stamped.id).name = "changed again");
        assertThat(stamps()).isNotEqualTo(before);
    }
}
