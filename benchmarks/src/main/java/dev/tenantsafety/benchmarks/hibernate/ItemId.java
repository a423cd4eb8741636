package dev.tenantsafety.benchmarks.hibernate;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKindProvider;
import dev.tenantsafety.id.TypedId;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** The key of the items. */
public record ItemId(UUID uuid) implements TypedId<ItemId> {

    public static final IdKind<ItemId> KIND = IdKind.of("item", ItemId.class, ItemId::new);

    public ItemId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<ItemId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }

    /** Makes the kind known to Hibernate. */
    public static final class Provider implements IdKindProvider {

        @Override
        public Collection<IdKind<?>> kinds() {
            return List.of(KIND);
        }
    }
}
