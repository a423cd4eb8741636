package dev.tenantsafety.hibernate;

import dev.tenantsafety.TenantSafetyException;
import java.util.List;

/** The mapping has undeclared owners, or loses rows in silence. The session factory refuses to start. */
public final class UnsafeMappingException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    /** Not serialized: the message holds them all. */
    private final transient List<String> problems;

    /**
     * Creates a refusal to start.
     *
     * @param problems one sentence each, with the lines to add or the fix; at least one
     */
    public UnsafeMappingException(List<String> problems) {
        super("The mapping is not safe yet; " + problems.size() + (problems.size() == 1 ? " thing" : " things")
                + " to settle:\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns what is to be settled.
     *
     * @return one sentence each; unmodifiable
     */
    public List<String> problems() {
        return problems;
    }
}
