package dev.tenantsafety.ownership;

import dev.tenantsafety.TenantSafetyException;
import java.nio.file.Path;
import java.util.List;

/** The database has other tables, columns or keys than the lock file says, or their rows have other owners. */
public final class OwnershipChangedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    private final transient List<String> changes;

    OwnershipChangedException(List<String> changes) {
        super(String.join("\n", changes));
        this.changes = changes;
    }

    OwnershipChangedException(Path file, List<String> changes) {
        super(file + ": " + changes.size() + (changes.size() == 1 ? " change" : " changes")
                + " of whose rows these are:\n  "
                + String.join("\n  ", changes) + "\nIf all of that is right, run with -D" + OwnershipLock.PROPERTY
                + "=update and commit the file; if not, say in the rules whose the rows are.");
        this.changes = changes;
    }

    /**
     * What changed.
     *
     * @return a line each
     */
    public List<String> changes() {
        return List.copyOf(changes);
    }
}
