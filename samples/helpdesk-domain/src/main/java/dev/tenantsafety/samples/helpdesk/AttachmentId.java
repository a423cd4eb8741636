package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** An attachment. */
public record AttachmentId(UUID uuid) implements TypedId<AttachmentId> {

    public static final IdKind<AttachmentId> KIND = IdKind.of("attachment", AttachmentId.class, AttachmentId::new);

    public AttachmentId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<AttachmentId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
