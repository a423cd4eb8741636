package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.DeletionId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Looks past the open scope whether values of a key are taken, for a key that is unique among all owners. Says that they are and
 * not by whom.
 */
final class TakenKeys {

    private final EntityPersister persister;
    private final String sql;
    private final List<String> id;

    TakenKeys(EntityGuard guard, List<String> key) {
        persister = guard.persister();
        id = MarkableLinks.keysIn(persister, null);
        SafeEntity.Marking marking = Objects.requireNonNull(guard.entity().marking());
        List<String> columns = new ArrayList<>();
        key.forEach(attribute -> Objects.requireNonNull(persister.findAttributeMapping(attribute))
                .forEachSelectable((index, column) -> columns.add(column.getSelectionExpression())));
        String table = MarkableLinks.table(persister);
        sql = "select 1 from " + table + " mine where mine." + marking.deletionId() + " = ? and exists (select 1 from "
                + table + " other where other." + marking.deletedAt() + " is null and "
                + columns.stream()
                        .map(column -> "other." + column + " = mine." + column)
                        .collect(Collectors.joining(" and "))
                + ")";
    }

    /** Whether the key of any row of a deletion is taken. */
    boolean isAny(SharedSessionContractImplementor session, DeletionId deletion) {
        return exists(session, deletion, sql, null);
    }

    /** Whether the key of this row is. */
    boolean isTaken(SharedSessionContractImplementor session, DeletionId deletion, Object row) {
        String ofRow = id.stream().map(column -> " and mine." + column + " = ?").collect(Collectors.joining());
        return exists(session, deletion, sql + ofRow, row);
    }

    private boolean exists(
            SharedSessionContractImplementor session, DeletionId deletion, String statementSql, @Nullable Object row) {
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(statementSql)) {
                statement.setMaxRows(1);
                Statements.bind(statement, deletion);
                if (row != null) {
                    persister.getIdentifierType().nullSafeSet(statement, row, 2, session);
                }
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }
}
