package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToOne;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.ConstraintViolationException.ConstraintKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The database's constraints count marked rows; their errors say so, and stay the errors that programs expect. */
@ParameterizedClass
@EnumSource(Database.class)
class KeptByMarkedTest extends WorldTest {

    /** Not protected. */
    @Entity(name = "Bin")
    static class Bin {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Scrap")
    static class Scrap implements SoftDeletable {
        @Id
        TicketId id = TicketId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Bin bin;

        @ManyToMany
        Set<Bin> others = new HashSet<>();

        @OneToOne(mappedBy = "scrap", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Detail detail;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Detail")
    static class Detail implements SoftDeletable {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Scrap scrap;

        @Column(unique = true)
        @Nullable
        String code;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    /** Not protected, and no protected one points at it. */
    @Entity(name = "Plain")
    static class Plain {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Plain other;

        @Column(unique = true)
        @Nullable
        String code;
    }

    private final Bin bin = new Bin();
    private final Bin other = new Bin();
    private final Scrap scrap = new Scrap();

    KeptByMarkedTest(Database database) {
        super(new World(database, List.of(Bin.class, Scrap.class, Detail.class, Plain.class), Map.of()));
        inA(em -> {
            em.persist(bin);
            em.persist(other);
            scrap.bin = bin;
            scrap.others.add(other);
            scrap.detail = new Detail();
            scrap.detail.scrap = scrap;
            scrap.detail.code = "k";
            em.persist(scrap);
        });
    }

    private static AbstractThrowableAssert<?, ?> violated(ThrowingCallable work, ConstraintKind kind) {
        return assertThatThrownBy(work).satisfies(thrown -> {
            Throwable cause = thrown;
            while (cause != null && !(cause instanceof ConstraintViolationException)) {
                cause = cause.getCause();
            }
            assertThat(cause).isInstanceOf(ConstraintViolationException.class);
            assertThat(((ConstraintViolationException) cause).getKind()).isEqualTo(kind);
            assertThat(((ConstraintViolationException) cause).getConstraintName())
                    .isNotBlank();
        });
    }

    private static String kept() {
        return "Scrap.bin, Scrap.others point at Bin. Scrap is SoftDeletable, and its marked rows keep what they point at, so that an undo "
                + "finds it. Make Bin SoftDeletable too, so that remove(…) marks it.";
    }

    @Test
    void aRowThatMarkedOnesPointAtIsDeleted() {
        inA(em -> em.remove(em.find(Scrap.class, scrap.id)));
        violated(() -> inA(em -> em.remove(em.find(Bin.class, bin.id))), ConstraintKind.FOREIGN_KEY)
                .hasStackTraceContaining(kept());
        violated(() -> inA(em -> em.remove(em.find(Bin.class, other.id))), ConstraintKind.FOREIGN_KEY)
                .hasStackTraceContaining(kept());
        violated(() -> inA(em -> em.createQuery("delete from Bin").executeUpdate()), ConstraintKind.FOREIGN_KEY)
                .hasStackTraceContaining(kept());
        TenantScope.of(a).run(() -> violated(
                        () -> World.stateless(world.safe, session -> session.delete(session.get(Bin.class, bin.id))),
                        ConstraintKind.FOREIGN_KEY)
                .hasStackTraceContaining(kept()));
    }

    private void replace(EntityManager em) {
        Scrap found = em.find(Scrap.class, scrap.id);
        Detail detail = new Detail();
        detail.scrap = found;
        found.detail = detail;
    }

    @Test
    void thePartnerOfAOneToOneIsReplaced() {
        violated(() -> inA(this::replace), ConstraintKind.UNIQUE)
                .hasStackTraceContaining(
                        "Detail: the unique key (scrap_id) of table Detail counts marked rows too, so a value cannot be "
                                + "used again after a delete. Replace it by @UniqueAlive, or keep it where that is meant.");
    }

    @Test
    void aValueIsUsedAgain() {
        inA(em -> em.remove(em.find(Scrap.class, scrap.id)));
        violated(
                        () -> inA(em -> {
                            Detail detail = new Detail();
                            detail.code = "k";
                            em.persist(detail);
                        }),
                        ConstraintKind.UNIQUE)
                .hasStackTraceContaining("Detail: the unique key (code) of table Detail counts marked rows too");
    }

    @Test
    @Shows(
            value = "a mark of a row that alive rows point at, without a cascade or `@OnTargetMarked`",
            in = Shows.NOT_PROTECTED)
    void otherErrorsAreAsTheyWere() {
        Plain plain = new Plain();
        Plain second = new Plain();
        inA(em -> {
            em.persist(plain);
            second.other = plain;
            second.code = "k";
            em.persist(second);
        });
        violated(() -> inA(em -> em.remove(em.find(Plain.class, plain.id))), ConstraintKind.FOREIGN_KEY)
                .satisfies(KeptByMarkedTest::saysNothingOfMarks);
        violated(
                        () -> inA(em -> {
                            Plain third = new Plain();
                            third.code = "k";
                            em.persist(third);
                        }),
                        ConstraintKind.UNIQUE)
                .satisfies(KeptByMarkedTest::saysNothingOfMarks);
    }

    private static void saysNothingOfMarks(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            assertThat(cause.getMessage()).doesNotContain("marked");
        }
    }
}
