package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.MarkingSession;
import dev.tenantsafety.hibernate.orm.Undo;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.scope.OpenScope;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hibernate.engine.spi.SessionImplementor;
import org.jspecify.annotations.Nullable;

/**
 * Deletions with a reason, and their undoing.
 *
 * <pre>{@code
 * Deletions deletions = Deletions.of(entityManager);
 * DeletionId deletion = deletions.because("asked for in T-17", () -> entityManager.remove(project));
 * UndoPlan plan = deletions.planUndo(deletion);       // what comes back, and the conflicts
 * plan.execute();
 * }</pre>
 *
 * <p>What a transaction removes without this is a deletion too, one per transaction, without a reason. Works within the
 * transaction and scope that are open, and may be kept and shared if the entity manager may (as Spring's may).
 */
public final class Deletions {

    private final EntityManager entityManager;
    private final @Nullable String actor;

    private Deletions(EntityManager entityManager, @Nullable String actor) {
        this.entityManager = entityManager;
        this.actor = actor;
    }

    /**
     * Deletions in an entity manager or session.
     *
     * @param entityManager of a session factory with Tenant Safety
     * @return its deletions
     */
    public static Deletions of(EntityManager entityManager) {
        return new Deletions(entityManager, null);
    }

    /**
     * Names who is at work, where the setting {@code tenant-safety.actor} does not.
     *
     * @param name as the application names its users, at most {@link DeletionRecord#LONGEST_ACTOR} characters
     * @return the same deletions, done by that one
     */
    public Deletions by(String name) {
        return new Deletions(entityManager, name);
    }

    /**
     * Makes one deletion of all that is removed by the work, and records it with the reason. Flushes before and after.
     *
     * @param reason why; not blank, at most {@link DeletionRecord#LONGEST_REASON} characters
     * @param work removes entities
     * @return the deletion, which marked nothing and is not recorded if the work removed nothing
     * @throws DeletionRefusedException if the reason is blank or too long, the name of the actor is too long, no transaction is active, or
     *     another such deletion is under way
     */
    public DeletionId because(String reason, Runnable work) {
        if (reason.isBlank() || reason.length() > DeletionRecord.LONGEST_REASON) {
            throw new DeletionRefusedException("A deletion needs a reason of 1 to " + DeletionRecord.LONGEST_REASON
                    + " characters, and got " + reason.strip().length() + ".");
        }
        return marking().because(actor, reason, work);
    }

    /**
     * Marks entities by their IDs, with all their REMOVE cascades: the safe way in place of a bulk DELETE.
     *
     * @param entity the entity, which is {@link SoftDeletable}
     * @param ids whose; all must be there, alive and in the open scope
     * @param reason why
     * @return the deletion
     * @throws ForeignRowException if one of them is not there; then none is marked
     * @throws StillReferencedException if alive rows point at one of them; then none is marked
     */
    public DeletionId mark(Class<? extends SoftDeletable> entity, Collection<?> ids, String reason) {
        List<?> all = List.copyOf(ids);
        return because(reason, () -> marking().removeAll(entity, all));
    }

    /**
     * What is known of a deletion that was done in the open scope, or in a narrower one. Work across tenants sees all.
     *
     * @param deletion the deletion
     * @return its record; empty if it marked nothing, was done in another scope, or is not there
     */
    public Optional<DeletionRecord> find(DeletionId deletion) {
        return Optional.ofNullable(entityManager.find(DeletionRecord.class, deletion))
                .filter(record -> isInReach(record, OpenScope.current()));
    }

    private static boolean isInReach(DeletionRecord record, OpenScope scope) {
        return scope.tenant()
                .map(tenant -> tenant.levels().stream().allMatch(level -> names(record.scope(), level.toString())))
                .orElse(scope.crossTenant().isPresent());
    }

    /** As a whole word: one ID may be the beginning of another. */
    private static boolean names(String scope, String id) {
        return Pattern.compile("\\b" + Pattern.quote(id) + "\\b").matcher(scope).find();
    }

    /**
     * Looks what would come back, without changing anything.
     *
     * @param deletion the deletion
     * @return the plan, for the rows that the open scope owns
     * @throws DeletionRefusedException if no transaction is active
     */
    public UndoPlan planUndo(DeletionId deletion) {
        return new UndoPlan(Undo.plan(marking(), deletion, actor));
    }

    /**
     * Brings back exactly what a deletion marked, or nothing.
     *
     * @param deletion the deletion
     * @return what came back
     * @throws UndoRefusedException if there are conflicts
     * @throws DeletionRefusedException if no transaction is active
     */
    public UndoReport undo(DeletionId deletion) {
        return planUndo(deletion).execute();
    }

    private MarkingSession marking() {
        return MarkingSession.of(entityManager.unwrap(SessionImplementor.class));
    }
}
