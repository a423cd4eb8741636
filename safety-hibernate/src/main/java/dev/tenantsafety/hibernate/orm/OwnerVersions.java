package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * Increases the versions of alive rows that an undo changes besides those that it brings back: into whose collections it brings elements
 * back, as Hibernate does when a collection that counts for the version changes, or whose references it sets back. A session that read
 * them before would write them as they were. Of collections, it is done before anything else of the undo, so that whoever writes such a
 * row at that moment has written all of it, or notices.
 */
final class OwnerVersions {

    private static final int CHUNK = 500;

    private final SessionImplementor session;
    private final Map<EntityGuard, Set<Object>> owners = new LinkedHashMap<>();

    OwnerVersions(SessionImplementor session) {
        this.session = session;
    }

    /** Adds a row: the root of its hierarchy, and its key. Each is increased once, however many of its collections change. */
    void add(EntityGuard root, Object id) {
        owners.computeIfAbsent(root, guard -> new LinkedHashSet<>()).add(id);
    }

    /** Whether it is ours to increase; a version that the database makes changes with the row. */
    static boolean areOf(EntityPersister owner) {
        return owner.isVersioned() && !owner.isVersionPropertyGenerated();
    }

    Collection<EntityPersister> persisters() {
        return owners.keySet().stream().map(EntityGuard::persister).toList();
    }

    /** Those of the rows that the session holds: what they say of their version, and of their collections, is of before. */
    List<Object> held() {
        List<Object> held = new ArrayList<>();
        owners.forEach((guard, ids) -> ids.forEach(id -> {
            Object instance = Rows.held(session, guard.persister(), id);
            if (instance != null) {
                held.add(instance);
            }
        }));
        return held;
    }

    void increase() {
        owners.forEach((guard, ids) -> {
            for (List<Object> some : Chunks.of(List.copyOf(ids), CHUNK)) {
                for (String table : Statements.tablesOfKeys(guard.persister())) {
                    increase(guard, table, some);
                }
            }
        });
    }

    private void increase(EntityGuard guard, String table, List<Object> ids) {
        EntityPersister persister = guard.persister();
        List<TypedId<?>> scope = new ArrayList<>();
        String version = persister.getVersionMapping().getSelectionExpression();
        Object next = next(persister);
        String sql = "update " + table + " set " + version + " = " + (next == null ? version + " + 1" : "?") + " where "
                + Statements.keys(MarkableLinks.keysIn(persister, null), ids.size()) + alive(guard)
                + ofScope(guard, table, scope);
        session.doWork(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int position = 1;
                if (next != null) {
                    persister.getVersionType().nullSafeSet(statement, next, position++, session);
                }
                for (Object id : ids) {
                    persister.getIdentifierType().nullSafeSet(statement, id, position, session);
                    position += persister.getIdentifierMapping().getJdbcTypeCount();
                }
                for (TypedId<?> owner : scope) {
                    Statements.bind(statement, position++, owner);
                }
                statement.executeUpdate();
            }
        });
    }

    /** The version that all of them get, if it is a time; null for a number, which is counted up where it is. */
    private @Nullable Object next(EntityPersister persister) {
        Class<?> type = persister.getVersionJavaType().getJavaTypeClass();
        return Number.class.isAssignableFrom(type)
                ? null
                : persister
                        .getVersionJavaType()
                        .seed(
                                persister.getVersionMapping().getLength(),
                                persister.getVersionMapping().getTemporalPrecision(),
                                persister.getVersionMapping().getScale(),
                                session);
    }

    private static String alive(EntityGuard guard) {
        SafeEntity.Marking marking = guard.entity().marking();
        return marking == null ? "" : " and " + marking.deletedAt() + " is null";
    }

    private String ofScope(EntityGuard guard, String table, List<TypedId<?>> owners) {
        Conditions conditions = new Conditions(
                session.getFactory().getJdbcServices().getDialect(),
                session.getFactory().getSqlStringGenerationContext());
        StringBuilder all = new StringBuilder();
        OpenScope.current().tenant().ifPresent(scope -> scope.levels().forEach(owner -> {
            String owned = conditions.ownedBy(guard.entity(), owner.kind(), table, "?");
            if (owned != null) {
                all.append(" and ").append(owned);
                owners.add(owner);
            }
        }));
        return all.toString();
    }
}
