package dev.tenantsafety.id;

/** A user's kind backed by a number. */
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
