package dev.tenantsafety.samples.guide;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKindProvider;
import java.util.Collection;
import java.util.List;

// spotless:off
public final class GuideIds implements IdKindProvider {
    @Override public Collection<IdKind<?>> kinds() {
        return List.of(InvoiceId.KIND, AccountId.KIND, RealmId.KIND, LedgerId.KIND);
    }
}
// spotless:on
