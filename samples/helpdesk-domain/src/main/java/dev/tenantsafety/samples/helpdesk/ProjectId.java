package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;

/** A project. */
public record ProjectId(UUID uuid) implements TypedId<ProjectId> {

    public static final IdKind<ProjectId> KIND = IdKind.of("project", ProjectId.class, ProjectId::new);

    public ProjectId {
        KIND.check(uuid);
    }

    @Override
    public IdKind<ProjectId> kind() {
        return KIND;
    }

    @Override
    public String toString() {
        return KIND.format(this);
    }
}
