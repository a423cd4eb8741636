package dev.tenantsafety.samples.guide.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKindProvider;
import java.util.Collection;
import java.util.List;

// spotless:off
public final class HelpdeskIds implements IdKindProvider {
    @Override public Collection<IdKind<?>> kinds() { return List.of(ProjectId.KIND, TicketId.KIND, CommentId.KIND); }
}
// spotless:on
