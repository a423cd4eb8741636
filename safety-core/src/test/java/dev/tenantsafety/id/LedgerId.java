package dev.tenantsafety.id;

import java.util.UUID;

/** A user's kind of plain version 7. */
public record LedgerId(UUID uuid) implements TypedId<LedgerId> {

    public static final IdKind<LedgerId> KIND =
            IdKind.of("ledger", LedgerId.class, LedgerId::new).untagged();

    public LedgerId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<LedgerId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
