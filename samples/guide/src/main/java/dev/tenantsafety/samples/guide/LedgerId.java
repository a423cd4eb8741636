package dev.tenantsafety.samples.guide;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

// spotless:off
public record LedgerId(UUID uuid) implements TypedId<LedgerId> {
    public static final IdKind<LedgerId> KIND = IdKind.of("ledger", LedgerId.class, LedgerId::new).untagged();

    public LedgerId { KIND.check(uuid); }
    @Override public IdKind<LedgerId> kind() { return KIND; }
    @Override public String toString() { return KIND.format(this); }
}
// spotless:on
