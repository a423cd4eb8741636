package dev.tenantsafety.hibernate;

import dev.tenantsafety.hibernate.orm.Undo;
import dev.tenantsafety.id.DeletionId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What would come back if a deletion were undone, and the conflicts. Making it changes nothing.
 *
 * <p>Belongs to the transaction and thread in which it was made.
 */
public final class UndoPlan {

    private final Undo undo;

    UndoPlan(Undo undo) {
        this.undo = undo;
    }

    /**
     * The deletion.
     *
     * @return its ID
     */
    public DeletionId deletion() {
        return undo.deletion();
    }

    /**
     * What would come back.
     *
     * @return rows by entity, those with a conflict too; unmodifiable
     */
    public Map<String, Long> rows() {
        return undo.rowsByEntity();
    }

    /**
     * The conflicts.
     *
     * @return all conflicts; empty if there is none; unmodifiable
     */
    public List<UndoConflict> conflicts() {
        return undo.conflicts();
    }

    /**
     * Returns what comes back otherwise than it was: rows whose link was a column of the row that let them go, which is not marked.
     *
     * @return sentences, with what to do; empty if there are none; unmodifiable
     */
    public List<String> notes() {
        return undo.notes();
    }

    /**
     * Brings all rows back, or none.
     *
     * @return what came back
     * @throws UndoRefusedException if there is a conflict, or a row was changed since the plan was made
     */
    public UndoReport execute() {
        return execute(UndoPolicy.REFUSE);
    }

    /**
     * Brings rows back, in the transaction under way. Instances of them that the session holds are read again.
     *
     * @param policy what to do about conflicts
     * @return what came back, and what did not
     * @throws UndoRefusedException if there is a conflict and the policy is to refuse
     */
    public UndoReport execute(UndoPolicy policy) {
        return undo.execute(policy);
    }

    /**
     * The plan for people.
     *
     * @return such as {@code deletion_01h…: 3 Ticket, 12 Comment come back; no conflict}
     */
    @Override
    public String toString() {
        String rows = rows().entrySet().stream()
                .map(row -> row.getValue() + " " + row.getKey())
                .collect(Collectors.joining(", "));
        String conflicts = conflicts().isEmpty()
                ? "no conflict"
                : conflicts().stream()
                        .map(UndoConflict::description)
                        .collect(Collectors.joining("\n  - ", "conflicts:\n  - ", ""));
        return deletion() + ": " + (rows.isEmpty() ? "nothing comes back" : rows + " come back") + "; " + conflicts
                + notes().stream().map(note -> "\n  - " + note).collect(Collectors.joining());
    }
}
