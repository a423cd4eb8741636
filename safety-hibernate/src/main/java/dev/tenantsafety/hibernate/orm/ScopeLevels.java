package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.TenantScope;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Map;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * The levels of a scope must belong to each other, where units have rows that say so: a service takes the tenant from a token and the site
 * from a URL. What was found is known from then on, as a row does not change its owner.
 */
final class ScopeLevels {

    private ScopeLevels() {}

    static void check(FactorySafety safety, SharedSessionContractImplementor session, TenantScope scope) {
        if (scope.levels().size() == 1) {
            return;
        }
        for (UnitTable table : safety.mapping().units()) {
            TypedId<?> unit = EntityGuard.find(scope, table.kind());
            for (Map.Entry<IdKind<?>, String> above : table.owners().entrySet()) {
                TypedId<?> owner = unit == null ? null : EntityGuard.find(scope, above.getKey());
                if (unit != null && owner != null && !safety.isOwner(unit, owner)) {
                    check(safety, session, table, above.getValue(), unit, owner);
                }
            }
        }
    }

    private static void check(
            FactorySafety safety,
            SharedSessionContractImplementor session,
            UnitTable table,
            String sql,
            TypedId<?> unit,
            TypedId<?> owner) {
        Boolean isOwner = isOwner(session, sql, unit, owner);
        if (isOwner != null && !isOwner) {
            throw new ForeignRowException(
                    "The scope of " + owner + " and " + unit + " cannot be entered: "
                            + table.entity().name() + " " + unit + " does not belong to " + owner
                            + ". Narrow it to what belongs to that.",
                    table.entity().name(),
                    unit);
        }
        if (isOwner != null) {
            safety.seenOwner(unit, owner);
        }
    }

    /** Null if there is no row of the unit: nobody says then whose it is. */
    private static @Nullable Boolean isOwner(
            SharedSessionContractImplementor session, String sql, TypedId<?> unit, TypedId<?> owner) {
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                Statements.bind(statement, 1, owner);
                Statements.bind(statement, 2, unit);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? rows.getInt(1) == 1 : null;
                }
            }
        });
    }
}
