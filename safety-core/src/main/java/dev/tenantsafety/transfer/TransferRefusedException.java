package dev.tenantsafety.transfer;

import dev.tenantsafety.TenantSafetyException;
import java.util.List;

/** A transfer that would not be safe, or is not clear. Nothing of the refused step was written. */
public final class TransferRefusedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    private final transient List<String> reasons;

    TransferRefusedException(String what, List<String> reasons) {
        super(what
                + (reasons.size() == 1 ? ": " : ", for " + reasons.size() + " reasons:\n  ")
                + String.join("\n  ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    /**
     * Why, and what to do.
     *
     * @return a sentence or two each
     */
    public List<String> reasons() {
        return reasons;
    }
}
