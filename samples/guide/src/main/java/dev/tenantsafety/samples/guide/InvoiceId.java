package dev.tenantsafety.samples.guide;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

// spotless:off
public record InvoiceId(UUID uuid) implements TypedId<InvoiceId> {
    public static final IdKind<InvoiceId> KIND = IdKind.of("invoice", InvoiceId.class, InvoiceId::new);

    public InvoiceId { KIND.check(uuid); }                  // a site's UUID does not become an invoice's
    public static InvoiceId create() { return KIND.create(); }
    public static InvoiceId parse(String text) { return KIND.parse(text); }
    @Override public IdKind<InvoiceId> kind() { return KIND; }
    @Override public String toString() { return KIND.format(this); }
}
// spotless:on
