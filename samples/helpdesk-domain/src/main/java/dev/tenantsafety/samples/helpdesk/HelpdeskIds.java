package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKindProvider;
import java.util.Collection;
import java.util.List;

/** The helpdesk's own kinds of IDs. */
public final class HelpdeskIds implements IdKindProvider {

    @Override
    public Collection<IdKind<?>> kinds() {
        return List.of(
                UserId.KIND,
                ProjectId.KIND,
                BoardId.KIND,
                StepId.KIND,
                LabelId.KIND,
                TicketId.KIND,
                CommentId.KIND,
                AttachmentId.KIND);
    }
}
