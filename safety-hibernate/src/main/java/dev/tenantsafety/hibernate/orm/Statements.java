package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TypedId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.hibernate.persister.collection.AbstractCollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.jspecify.annotations.Nullable;

/** The few statements that we send ourselves, on the session's connection and in its transaction. */
final class Statements {

    private static final int LOCKED_TOGETHER = 500;

    private Statements() {}

    /** The first column of the first row as a UUID; null if there is no row. */
    static @Nullable UUID first(SharedSessionContractImplementor session, String sql, TypedId<?> id) {
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, id);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? rows.getObject(1, UUID.class) : null;
                }
            }
        });
    }

    /** Whether there is a row with this key. Asks past the filters, and gives nothing away but that. */
    static boolean exists(SharedSessionContractImplementor session, EntityPersister persister, Object id) {
        return exists(session, List.of(persister), id);
    }

    /** The same of several entities of a hierarchy. */
    static boolean exists(SharedSessionContractImplementor session, List<EntityPersister> persisters, Object id) {
        String sql = persisters.stream().map(Statements::withKey).collect(Collectors.joining(" union all "));
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int position = 1;
                for (EntityPersister persister : persisters) {
                    persister.getIdentifierType().nullSafeSet(statement, id, position, session);
                    position += persister
                            .getIdentifierTableMapping()
                            .getKeyMapping()
                            .getColumnCount();
                }
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    private static String withKey(EntityPersister persister) {
        EntityTableMapping.KeyMapping key =
                persister.getIdentifierTableMapping().getKeyMapping();
        List<String> columns = new ArrayList<>();
        key.forEachKeyColumn((i, column) -> columns.add(column.getColumnName()));
        return "select 1 from " + MarkableLinks.table(persister) + " entity where " + equal(columns);
    }

    /** Keeps rows from others until the transaction ends. Sees past the filters, and gives nothing away. */
    static void lock(SharedSessionContractImplementor session, EntityPersister persister, List<Object> ids) {
        tablesOfKeys(persister).forEach(table -> lock(session, persister, table, ids));
    }

    /** The same of all their tables, whichever others write. */
    static void lockWhole(SharedSessionContractImplementor session, EntityPersister persister, List<Object> ids) {
        Set<String> tables = new LinkedHashSet<>(tablesOfKeys(persister));
        persister.forEachMutableTable(table -> tables.add(table.getTableName()));
        tables.forEach(table -> lock(session, persister, table, ids));
    }

    private static void lock(
            SharedSessionContractImplementor session, EntityPersister persister, String table, List<Object> ids) {
        List<String> key = MarkableLinks.keysIn(persister, table);
        for (List<Object> some : Chunks.of(ids, LOCKED_TOGETHER)) {
            String sql = locking(session, table, key, some.size());
            session.doWork(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    int position = 1;
                    for (Object id : some) {
                        persister.getIdentifierType().nullSafeSet(statement, id, position, session);
                        position += key.size();
                    }
                    statement.executeQuery().close();
                }
            });
        }
    }

    /** Locks rows by so many keys, in an order that all who do so have. */
    static String locking(SharedSessionContractImplementor session, String table, List<String> key, int count) {
        return "select " + key.get(0) + " from " + table + " where " + keys(key, count) + " order by "
                + String.join(", ", key)
                + session.getFactory().getJdbcServices().getDialect().getForUpdateString();
    }

    /** Returns how many rows a collection has, whosever they are, of those for which a condition holds. */
    static long count(
            SharedSessionContractImplementor session,
            AbstractCollectionPersister collection,
            Object key,
            String condition) {
        String sql = "select count(*) from " + collection.getTableName() + " where "
                + String.join(" = ? and ", collection.getKeyColumnNames()) + " = ?" + condition;
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                collection.getKeyType().nullSafeSet(statement, key, 1, session);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? rows.getLong(1) : 0L;
                }
            }
        });
    }

    /** Whether a row has one of several keys of a collection, and is none of these owners'. */
    static boolean existsByKeys(
            SharedSessionContractImplementor session,
            String sql,
            AbstractCollectionPersister collection,
            List<Object> keys,
            List<TypedId<?>> owners) {
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setMaxRows(1);
                int position = 1;
                for (Object key : keys) {
                    collection.getKeyType().nullSafeSet(statement, key, position, session);
                    position += collection.getKeyColumnNames().length;
                }
                for (TypedId<?> owner : owners) {
                    bind(statement, position++, owner);
                }
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    /** Whether any row, whosever it is, is marked by a deletion. */
    static boolean isMarkedBy(SharedSessionContractImplementor session, EntityGuard guard, DeletionId deletion) {
        SafeEntity.Marking marking = Objects.requireNonNull(guard.entity().marking());
        String sql = "select 1 from " + MarkableLinks.table(guard.persister()) + " entity where " + marking.deletionId()
                + " = ?";
        return session.doReturningWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setMaxRows(1);
                bind(statement, deletion);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    /** Says of a deletion that was not undone how much it marked, or takes its record out, if that is nothing (null). */
    @AllowsHardDelete(
            reason = "the record of a deletion that marked nothing, inserted by the same transaction",
            ticket = "issue 15",
            until = "2028-12-31")
    static void correctRecord(
            SharedSessionContractImplementor session,
            EntityPersister records,
            DeletionId deletion,
            @Nullable String marked) {
        String table = records.getIdentifierTableMapping().getTableName();
        String sql = (marked == null
                        ? "delete from " + table
                        : "update " + table + " set " + column(records, "marked") + " = ?")
                + " where " + column(records, "undoneAt") + " is null and " + key(records) + " = ?";
        session.doWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                if (marked != null) {
                    statement.setString(1, marked);
                }
                records.getIdentifierType().nullSafeSet(statement, deletion, marked == null ? 1 : 2, session);
                statement.executeUpdate();
            }
        });
    }

    /** The column of an attribute, as the mapping has it: quoted, or renamed. */
    static String column(EntityPersister persister, String attribute) {
        return Objects.requireNonNull(persister.findAttributeMapping(attribute))
                .getSelectable(0)
                .getSelectionExpression();
    }

    /** That of a key that has one column. */
    static String key(EntityPersister persister) {
        return MarkableLinks.keysIn(persister, null).get(0);
    }

    /** The tables that have the keys of an entity's rows: one, but where each class has its own. */
    static List<String> tablesOfKeys(EntityPersister persister) {
        return persister instanceof UnionSubclassEntityPersister
                ? tables(persister)
                : List.of(persister.getIdentifierTableMapping().getTableName());
    }

    /** The tables of a hierarchy that hold rows whole. */
    static List<String> tables(EntityPersister persister) {
        Set<String> tables = new LinkedHashSet<>();
        for (EntityMappingType type : persister.getRootEntityDescriptor().getSubMappingTypes()) {
            if (!type.isAbstract()) {
                tables.add(type.getEntityPersister().getIdentifierTableMapping().getTableName());
            }
        }
        if (!persister.isAbstract()) {
            tables.add(persister.getIdentifierTableMapping().getTableName());
        }
        return List.copyOf(tables);
    }

    /** The condition that each column has a value that is bound. */
    static String equal(List<String> columns) {
        return columns.stream().map(column -> column + " = ?").collect(Collectors.joining(" and "));
    }

    /** The condition that columns are one of so many keys. */
    static String keys(List<String> columns, int count) {
        if (columns.size() == 1) {
            return columns.get(0) + " in (" + String.join(", ", Collections.nCopies(count, "?")) + ")";
        }
        String one = "(" + equal(columns) + ")";
        return "(" + String.join(" or ", Collections.nCopies(count, one)) + ")";
    }

    static void bind(PreparedStatement statement, TypedId<?> id) throws SQLException {
        bind(statement, 1, id);
    }

    static void bind(PreparedStatement statement, int position, TypedId<?> id) throws SQLException {
        switch (id.kind().backing()) {
            case UUID -> statement.setObject(position, id.uuid());
            case NUMBER -> statement.setLong(position, id.number());
            case TEXT -> statement.setString(position, id.text());
        }
    }
}
