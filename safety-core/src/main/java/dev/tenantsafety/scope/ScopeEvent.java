package dev.tenantsafety.scope;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that is to be seen later: work that reached across tenants or looked at marked data began or ended.
 *
 * @param verb what was done
 * @param phase whether it began or ended
 * @param reason why
 * @param scope the tenant's scope in which it was done, if any
 * @param at when
 */
public record ScopeEvent(Verb verb, Phase phase, String reason, Optional<TenantScope> scope, Instant at) {

    /** What was done. */
    public enum Verb {
        /** {@link CrossTenant#read}. */
        CROSS_TENANT_READ("reads across tenants"),
        /** {@link CrossTenant#write}. */
        CROSS_TENANT_WRITE("writes across tenants"),
        /** {@link IncludeDeleted}. */
        INCLUDE_DELETED("looks at marked data");

        private final String words;

        Verb(String words) {
            this.words = words;
        }

        static Verb of(boolean writing) {
            return writing ? CROSS_TENANT_WRITE : CROSS_TENANT_READ;
        }
    }

    /** Whether it began or ended. */
    public enum Phase {
        /** The work is about to begin. */
        BEGAN,
        /** The work has ended, well or with an exception. */
        ENDED
    }

    /**
     * The event as a line of a log.
     *
     * @return one sentence
     */
    @Override
    public String toString() {
        return "Work " + verb.words + scope.map(s -> " of " + s).orElse("") + " (\"" + reason + "\"): "
                + (phase == Phase.BEGAN ? "begins." : "has ended.");
    }
}
