package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A user of a site. */
public record UserId(UUID uuid) implements TypedId<UserId> {

    public static final IdKind<UserId> KIND = IdKind.of("user", UserId.class, UserId::new);

    public UserId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<UserId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
