package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A board. */
public record BoardId(UUID uuid) implements TypedId<BoardId> {

    public static final IdKind<BoardId> KIND = IdKind.of("board", BoardId.class, BoardId::new);

    public BoardId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<BoardId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
