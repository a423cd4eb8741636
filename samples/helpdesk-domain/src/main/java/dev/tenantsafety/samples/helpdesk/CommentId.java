package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A comment. */
public record CommentId(UUID uuid) implements TypedId<CommentId> {

    public static final IdKind<CommentId> KIND = IdKind.of("comment", CommentId.class, CommentId::new);

    public CommentId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<CommentId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
