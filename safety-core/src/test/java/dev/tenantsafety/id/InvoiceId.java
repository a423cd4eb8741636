package dev.tenantsafety.id;

import java.util.UUID;

/** A user's kind backed by a UUID. */
public record InvoiceId(UUID uuid) implements TypedId<InvoiceId> {

    public static final IdKind<InvoiceId> KIND = IdKind.of("invoice", InvoiceId.class, InvoiceId::new);

    public InvoiceId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<InvoiceId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
