package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A label. */
public record LabelId(UUID uuid) implements TypedId<LabelId> {

    public static final IdKind<LabelId> KIND = IdKind.of("label", LabelId.class, LabelId::new);

    public LabelId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<LabelId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
