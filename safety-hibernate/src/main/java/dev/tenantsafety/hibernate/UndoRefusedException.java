package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.DeletionId;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of a deletion cannot come back as things are. Nothing was changed. */
public final class UndoRefusedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;
    private static final int SHOWN = 10;

    /** Not serialized: the message holds the first of them. */
    private final transient List<UndoConflict> conflicts;

    /**
     * A refusal.
     *
     * @param deletion the deletion
     * @param conflicts all conflicts, at least one
     */
    public UndoRefusedException(DeletionId deletion, List<UndoConflict> conflicts) {
        super(deletion + " cannot be undone as things are; " + conflicts.size()
                + (conflicts.size() == 1 ? " conflict:" : " conflicts:")
                + conflicts.stream()
                        .limit(SHOWN)
                        .map(conflict -> "\n  - " + conflict.description())
                        .collect(Collectors.joining())
                + (conflicts.size() > SHOWN ? "\n  - …" : "")
                + "\nSettle them, or leave those rows marked with UndoPolicy.SKIP.");
        this.conflicts = List.copyOf(conflicts);
    }

    /**
     * The conflicts.
     *
     * @return all conflicts; unmodifiable
     */
    public List<UndoConflict> conflicts() {
        return conflicts;
    }
}
