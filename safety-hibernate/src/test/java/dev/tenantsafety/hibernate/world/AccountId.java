package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;

public record AccountId(long number) implements TypedId<AccountId> {

    public static final IdKind<AccountId> KIND = IdKind.ofLong("account", AccountId.class, AccountId::new);

    public AccountId {
        KIND.check(number);
    }

    @Override
    public IdKind<AccountId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
