package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.scope.OpenScope;
import org.hibernate.event.spi.AbstractPreDatabaseOperationEvent;
import org.hibernate.event.spi.PostLoadEvent;
import org.hibernate.event.spi.PostLoadEventListener;
import org.hibernate.event.spi.PreDeleteEvent;
import org.hibernate.event.spi.PreDeleteEventListener;
import org.hibernate.event.spi.PreInsertEvent;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreLoadEvent;
import org.hibernate.event.spi.PreLoadEventListener;
import org.hibernate.event.spi.PreUpdateEvent;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.hibernate.event.spi.PreUpsertEvent;
import org.hibernate.event.spi.PreUpsertEventListener;
import org.jspecify.annotations.Nullable;

/**
 * Sees each row on its way in and out, whichever way it goes.
 *
 * <p>Throws where something is wrong and never vetoes: after a veto Hibernate goes on, with the collection rows of the entity
 * already gone.
 */
final class RowListener
        implements PreLoadEventListener,
                PostLoadEventListener,
                PreInsertEventListener,
                PreUpdateEventListener,
                PreUpsertEventListener,
                PreDeleteEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;
    private final transient CutReferences cut;
    private final transient HiddenPartners partners = new HiddenPartners();

    RowListener(FactorySafety safety) {
        this.safety = safety;
        this.cut = new CutReferences(safety);
    }

    @Override
    public void onPreLoad(PreLoadEvent event) {
        EntityGuard guard = safety.guard(event.getPersister().getEntityName());
        if (guard != null) {
            SessionBinding.of(event.getSession()).checkLoaded(guard, event.getState(), event.getId());
        }
        partners.leaveOut(event);
    }

    /** After a refusal, Hibernate goes on with the rows that a procedure returned, and would fail with an error of its own. */
    @Override
    public void onPostLoad(PostLoadEvent event) {
        SessionBinding.of(event.getSession()).refuseAgain();
    }

    @Override
    public boolean onPreInsert(PreInsertEvent event) {
        if (Refusals.isRecord(event.getPersister().getEntityName())) {
            throw Refusals.recordsAreOurs(
                    event.getPersister().getEntityName()); // ours are not inserted through a session
        }
        EntityGuard guard = guard(event);
        if (guard != null) {
            SessionBinding binding = binding(event);
            binding.checkInserted(guard, event.getState(), event.getId());
            Rows.checkKeysAreFree(event.getSession(), guard);
            Rows.checkNoSibling(event.getSession(), guard, event.getId());
            guard.checkSomebodyOwns(event.getState(), event.getId());
            binding.reach().checkOwners(guard, event.getState(), event.getId());
            if (guard.tombstone(event.getState()) != null) {
                throw new MarkedException(guard.name() + " " + event.getId()
                        + " is new and already has a tombstone. Leave the attribute null; remove(…) sets it.");
            }
            References.check(safety, event.getSession(), guard, event.getState(), null, event.getId());
            binding.written().inserted(guard, event.getId());
            binding.writing(guard, event.getState(), event.getId());
            if (event.getSession().isEventSource() && guard.isMarkable() && guard.hasKeyOfProgram()) {
                binding.marks().trying(guard, event.getId());
            }
        }
        return false;
    }

    @Override
    public boolean onPreUpdate(PreUpdateEvent event) {
        checkNoRecord(event, "An update of a");
        EntityGuard guard = guard(event);
        if (guard != null) {
            SessionBinding binding = binding(event);
            Object[] before = event.getOldState();
            if (before != null) {
                guard.keepOwners(before, event.getState(), event.getEntity(), event.getId());
                binding.checkRewritten(guard, before, event.getState(), event.getId());
            } else if (guard.entity().isOwned()) {
                binding.checkWriting(guard, event.getId());
                new StoredOwners(event.getSession(), guard, event.getState(), event.getId())
                        .keepInUpdate(event.getEntity());
            }
            if (before == null) {
                binding.checkWritten(guard, event.getState(), event.getId());
                binding.checkUpdated(guard, event.getState(), event.getId());
                Visible.checkRewritten(event.getSession(), guard, event.getEntity(), event.getId());
                UniqueKeyReferences.checkHidden(
                        safety, event.getSession(), guard, null, event.getState(), event.getId());
                cut.checkStored(event.getSession(), guard, event.getState(), event.getId());
                Tombstone byHand = guard.tombstone(event.getState());
                if (byHand != null) {
                    throw Refusals.markedRowWritten(guard, event.getId(), byHand);
                }
            } else {
                binding.reach().checkPathKept(guard, before, event.getState(), event.getId());
                UniqueKeyReferences.checkHidden(
                        safety, event.getSession(), guard, before, event.getState(), event.getId());
                cut.check(event.getSession(), guard, before, event.getState(), event.getId());
                checkTombstone(binding.marks(), guard, before, event);
                if (!guard.isMarkedIn(before) && !guard.isOwnerInUpdates()) {
                    binding.written().checkUpdated(guard, event.getId());
                }
                binding.marks().written(event.getEntity());
                if (guard.isMarkedIn(before) && !guard.isMarkedIn(event.getState())) {
                    TakenBackReferences.check(safety, event.getSession(), guard, event.getState(), event.getId());
                }
            }
            References.check(safety, event.getSession(), guard, event.getState(), before, event.getId());
            if (before != null && binding.isToldBySql(event.getEntity())) {
                new StoredOwners(event.getSession(), guard, event.getState(), event.getId()).keepPath();
                References.checkTold(safety, event.getSession(), guard, event.getState(), event.getId());
            }
            binding.writing(guard, event.getState(), event.getId());
        }
        return false;
    }

    /** Tombstones are set and lifted by deleting and undoing, not by hand; and what is marked does not change. */
    private static void checkTombstone(SessionMarks marks, EntityGuard guard, Object[] before, PreUpdateEvent event) {
        Tombstone was = guard.tombstone(before);
        Tombstone is = guard.tombstone(event.getState());
        if (was != null && !marks.isOurs(was.deletionId())) {
            throw Refusals.markedRowWritten(guard, event.getId(), was);
        }
        if (is != null && !is.equals(was) && !marks.isOurs(is.deletionId())) {
            throw new MarkedException("The tombstone of " + guard.name() + " " + event.getId()
                    + " was set by hand. Use remove(…), which sets it.");
        }
    }

    @Override
    public boolean onPreUpsert(PreUpsertEvent event) {
        checkNoRecord(event, "An upsert of a");
        EntityGuard guard = guard(event);
        if (guard == null) {
            return false;
        }
        Tombstone byHand = guard.tombstone(event.getState());
        if (byHand != null) {
            throw Refusals.markedRowWritten(guard, event.getId(), byHand);
        }
        binding(event).checkWriting(guard, event.getId());
        UpsertedRows.Found found =
                guard.isWatched() ? binding(event).upserted().find(guard, event.getId()) : UpsertedRows.Found.NOTHING;
        if (guard.isMarkable()) {
            checkNotOutside(found, guard, event.getId()); // the null would lift the mark
        }
        Rows.checkNoSibling(event.getSession(), guard, event.getId());
        if (guard.entity().isOwned()) {
            guard.takeOwners(event.getEntity(), event.getState()); // an upsert asks no generator
            if (found == UpsertedRows.Found.ROW_IN_SCOPE) {
                new StoredOwners(event.getSession(), guard, event.getState(), event.getId())
                        .keepInUpsert(
                                event.getEntity(), binding(event).upserted().owners());
            }
            binding(event).checkWritten(guard, event.getState(), event.getId());
            guard.checkSomebodyOwns(event.getState(), event.getId());
            binding(event).reach().checkOwners(guard, event.getState(), event.getId());
            checkNotOutside(found, guard, event.getId());
            if (found != UpsertedRows.Found.NOTHING) {
                Visible.checkRewritten(event.getSession(), guard, event.getEntity(), event.getId());
                UniqueKeyReferences.checkHidden(
                        safety, event.getSession(), guard, null, event.getState(), event.getId());
            }
        }
        if (!guard.entity().isOwned()) {
            UniqueKeyReferences.checkHidden(safety, event.getSession(), guard, null, event.getState(), event.getId());
        }
        if (found != UpsertedRows.Found.NOTHING || !guard.isWatched()) {
            cut.checkStored(event.getSession(), guard, event.getState(), event.getId());
        }
        References.check(safety, event.getSession(), guard, event.getState(), null, event.getId());
        binding(event).writing(guard, event.getState(), event.getId());
        return false;
    }

    private static void checkNotOutside(UpsertedRows.Found found, EntityGuard guard, Object id) {
        if (found == UpsertedRows.Found.ROW_OUT_OF_SCOPE) {
            throw Refusals.notInScope(guard, id, "was about to be upserted", OpenScope.current());
        }
    }

    @Override
    public boolean onPreDelete(PreDeleteEvent event) {
        checkNoRecord(event, "A delete of a");
        EntityGuard guard = guard(event);
        if (guard != null) {
            if (guard.isMarkable()) {
                throw Refusals.hardDelete(
                        event.getSession().isEventSource()
                                ? "A delete of a detached instance"
                                : "StatelessSession.delete",
                        guard);
            }
            if (!guard.entity().isOwned()) {
                binding(event).checkWriting(guard, event.getId());
            } else {
                Object[] state = event.getDeletedState();
                if (state == null) {
                    binding(event).checkWriting(guard, event.getId());
                    binding(event).checkDeleted(guard, event.getId());
                } else if (guard.hasNoOwner(state)) { // taken before it was inserted, and took its owner from the scope
                    binding(event).checkWriting(guard, event.getId());
                    event.getSession().getJdbcCoordinator().executeBatch();
                    Rows.checkInScope(event.getSession(), guard, event.getId(), "was about to be deleted");
                } else {
                    binding(event).checkRewritten(guard, state, state, event.getId());
                    if (!guard.isOwnerInDeletesOfKeys()) {
                        binding(event).written().checkDeleted(guard, event.getId());
                    }
                }
            }
            binding(event).deleting(guard, event.getId());
        }
        return false;
    }

    /** Those are inserted by deletions and stamped by undoing, neither of which goes through a session. */
    private static void checkNoRecord(AbstractPreDatabaseOperationEvent event, String what) {
        if (Refusals.isRecord(event.getPersister().getEntityName())) {
            throw Refusals.recordsStay(what, event.getPersister().getEntityName());
        }
    }

    private @Nullable EntityGuard guard(AbstractPreDatabaseOperationEvent event) {
        return safety.guard(event.getPersister().getEntityName());
    }

    private static SessionBinding binding(AbstractPreDatabaseOperationEvent event) {
        return SessionBinding.of(event.getSession());
    }
}
