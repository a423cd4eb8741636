package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A ticket. */
public record TicketId(UUID uuid) implements TypedId<TicketId> {

    public static final IdKind<TicketId> KIND = IdKind.of("ticket", TicketId.class, TicketId::new);

    public TicketId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<TicketId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
