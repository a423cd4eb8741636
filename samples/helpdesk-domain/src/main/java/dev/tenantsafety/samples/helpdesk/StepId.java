package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A step of a workflow. */
public record StepId(UUID uuid) implements TypedId<StepId> {

    public static final IdKind<StepId> KIND = IdKind.of("step", StepId.class, StepId::new);

    public StepId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<StepId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
