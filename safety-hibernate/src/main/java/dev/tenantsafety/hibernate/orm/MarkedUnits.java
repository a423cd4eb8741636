package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.TenantScope;
import java.util.UUID;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** A unit whose own row is marked cannot be entered. */
final class MarkedUnits {

    private MarkedUnits() {}

    static void check(FactorySafety safety, SharedSessionContractImplementor session, TenantScope scope) {
        for (UnitTable table : safety.mapping().units()) {
            for (TypedId<?> owner : scope.levels()) {
                if (owner.kind().equals(table.kind())) {
                    UUID deletion = Statements.first(session, table.markOf(), owner);
                    if (deletion != null) {
                        throw new MarkedException("The scope of " + owner + " cannot be entered: "
                                + table.entity().name() + " " + owner + " was deleted by " + new DeletionId(deletion)
                                + ", and with it all that it owns is out of reach. Undo that deletion to bring it back, or "
                                + "look at it with IncludeDeleted.because(\"…\").");
                    }
                }
            }
        }
    }
}
