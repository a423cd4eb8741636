package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

public record DeviceId(UUID uuid) implements TypedId<DeviceId> {

    public static final IdKind<DeviceId> KIND = IdKind.of("device", DeviceId.class, DeviceId::new);

    public DeviceId {
        KIND.check(uuid);
    }

    public static DeviceId create() {
        return KIND.create();
    }

    @Override
    public IdKind<DeviceId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
