package dev.tenantsafety.hibernate.orm;

import java.util.Map;
import org.hibernate.binder.internal.TenantIdBinder;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.type.descriptor.jdbc.VarcharJdbcType;
import org.hibernate.type.internal.NamedBasicTypeImpl;
import org.jspecify.annotations.Nullable;

/**
 * The definition that stands in the place of Hibernate's tenant filter. Hibernate enables that filter as the last step of
 * constructing a session and hands it the session's ticket ({@code AbstractSharedSessionContract.setUpMultitenancy}, in every
 * version since 7.4.5); the ticket then attaches the gate and takes this filter out again.
 */
final class TicketFilter extends FilterDefinition {

    private static final long serialVersionUID = 1;

    TicketFilter() {
        super(
                TenantIdBinder.FILTER_NAME,
                "",
                false,
                true,
                Map.of(
                        TenantIdBinder.PARAMETER_NAME,
                        new NamedBasicTypeImpl<>(
                                new SessionTicketJavaType(), VarcharJdbcType.INSTANCE, "session_ticket")),
                Map.of());
    }

    @Override
    public @Nullable Object processArgument(@Nullable Object value) {
        if (value instanceof SessionTicket ticket) {
            ticket.redeem();
        }
        return value;
    }
}
