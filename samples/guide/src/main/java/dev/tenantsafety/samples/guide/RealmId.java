package dev.tenantsafety.samples.guide;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TextRule;
import dev.tenantsafety.id.TypedId;

// spotless:off
public record RealmId(String text) implements TypedId<RealmId> {
    public static final IdKind<RealmId> KIND = IdKind.ofText(
            "realm", RealmId.class, RealmId::new, TextRule.upTo(36).matching("[A-Za-z0-9._ -]+", "acme"));

    public RealmId { KIND.check(text); }
    @Override public IdKind<RealmId> kind() { return KIND; }
    @Override public String toString() { return KIND.format(this); }
}
// spotless:on
