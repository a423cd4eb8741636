package dev.tenantsafety.ownership;

import dev.tenantsafety.TenantSafetyException;
import java.util.List;

/** Of some tables nobody said whose their rows are, or what was said does not fit them. */
public final class UnclearOwnershipException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    UnclearOwnershipException(List<String> problems) {
        super((problems.size() == 1 ? "1 problem" : problems.size() + " problems") + " with whose rows these are:\n  "
                + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * What is wrong, and what to write.
     *
     * @return a sentence or two each, all that were found
     */
    public List<String> problems() {
        return problems;
    }
}
