package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TextRule;
import dev.tenantsafety.id.TypedId;

public record RealmId(String text) implements TypedId<RealmId> {

    public static final IdKind<RealmId> KIND = IdKind.ofText("realm", RealmId.class, RealmId::new, TextRule.upTo(40));

    public RealmId {
        KIND.check(text);
    }

    @Override
    public IdKind<RealmId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
