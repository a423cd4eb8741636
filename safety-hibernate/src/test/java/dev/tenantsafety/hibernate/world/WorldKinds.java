package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKindProvider;
import java.util.List;

public final class WorldKinds implements IdKindProvider {

    @Override
    public List<IdKind<?>> kinds() {
        return List.of(
                ProjectId.KIND,
                TicketId.KIND,
                CommentId.KIND,
                LabelId.KIND,
                DeviceId.KIND,
                AccountId.KIND,
                RealmId.KIND);
    }
}
