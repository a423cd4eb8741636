package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlWords;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.JDBCException;
import org.hibernate.boot.Metadata;
import org.hibernate.engine.jdbc.spi.SqlExceptionHelper;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.spi.SQLExceptionConverter;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.ToOne;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the database's errors that its constraints count marked rows: a foreign key refuses to delete what they point at, a unique key
 * to use their values again. The error stays of the type that programs expect. No statement is sent to find out: after an error, PostgreSQL
 * takes none.
 */
final class MarkedConstraints implements SQLExceptionConverter {

    private static final long serialVersionUID = 1;

    private final SQLExceptionConverter standard;
    private final transient AliveKeyReading keys;

    /** By table of an entity that is not protected: the attributes of protected ones that point at it. */
    private final transient Map<String, Kept> kept = new LinkedHashMap<>();

    private record Kept(String entity, Set<String> attributes, Set<String> entities) {}

    private MarkedConstraints(SQLExceptionConverter standard, AliveKeyReading keys) {
        this.standard = standard;
        this.keys = keys;
    }

    static void explain(Metadata metadata, Map<String, SafeEntity> entities, SessionFactoryImplementor factory) {
        SqlExceptionHelper helper = factory.getJdbcServices().getSqlExceptionHelper();
        MarkedConstraints constraints =
                new MarkedConstraints(helper.getSqlExceptionConverter(), AliveKeyReading.of(factory));
        for (PersistentClass mapping : metadata.getEntityBindings()) {
            if (isProtected(entities, mapping)) {
                String name = SafeEntity.simpleName(mapping);
                mapping.getProperties()
                        .forEach(property -> constraints.attribute(
                                metadata, entities, name, property, property.getValue(), name + "."));
            }
        }
        helper.setSqlExceptionConverter(constraints);
    }

    private static boolean isProtected(Map<String, SafeEntity> entities, PersistentClass mapping) {
        SafeEntity entity = SafeEntity.of(entities, mapping);
        return entity != null && entity.marking() != null;
    }

    private void attribute(
            Metadata metadata,
            Map<String, SafeEntity> entities,
            String entity,
            Property property,
            Value value,
            String path) {
        if (value instanceof Component component) {
            component
                    .getProperties()
                    .forEach(part -> attribute(
                            metadata, entities, entity, part, part.getValue(), path + property.getName() + "."));
        } else if (value instanceof Collection collection && !collection.isInverse()) {
            attribute(metadata, entities, entity, property, collection.getElement(), path);
        } else if (value instanceof ToOne toOne && !(toOne instanceof OneToOne one && !one.isConstrained())) {
            for (PersistentClass target = metadata.getEntityBinding(toOne.getReferencedEntityName());
                    target != null && !isProtected(entities, target);
                    target = target.getSuperclass()) {
                String name = SafeEntity.simpleName(target);
                Kept there = kept.computeIfAbsent(
                        SqlWords.lastName(target.getTable().getName()),
                        table -> new Kept(name, new LinkedHashSet<>(), new LinkedHashSet<>()));
                there.attributes().add(path + property.getName());
                there.entities().add(entity);
            }
        }
    }

    @Override
    public JDBCException convert(SQLException error, String message, String sql) {
        JDBCException converted = standard.convert(error, message, sql);
        if (sql == null || !(converted instanceof ConstraintViolationException violation)) {
            return converted;
        }
        String hint = hint(violation.getKind(), violation.getConstraintName(), SqlWords.of(sql));
        return hint == null
                ? converted
                : new ConstraintViolationException(
                        message + " [" + hint + "]", error, sql, violation.getKind(), violation.getConstraintName());
    }

    private @Nullable String hint(
            ConstraintViolationException.ConstraintKind kind, @Nullable String constraint, List<String> words) {
        return switch (kind) {
            case FOREIGN_KEY -> words.size() > 2 && words.get(0).equals("delete") ? hintOfDelete(words) : null;
            case UNIQUE -> hintOfWrite(constraint, words);
            default -> null;
        };
    }

    private @Nullable String hintOfDelete(List<String> words) {
        Kept there = kept.get(name(words, words.indexOf("from") + 1));
        return there == null
                ? null
                : there.attributes().stream().sorted().collect(Collectors.joining(", ")) + " point at " + there.entity()
                        + ". " + there.entities().stream().sorted().collect(Collectors.joining(", "))
                        + " is SoftDeletable, and its marked rows keep what they point at, so that an undo finds it. Make "
                        + there.entity() + " SoftDeletable too, so that remove(…) marks it.";
    }

    private @Nullable String hintOfWrite(@Nullable String constraint, List<String> words) {
        int at = words.indexOf("into") >= 0 ? words.indexOf("into") + 1 : words.indexOf("update") + 1;
        List<String> blocking = at == 0 ? List.of() : keys.blocking(name(words, at), constraint);
        return blocking.isEmpty() ? null : String.join(" ", blocking);
    }

    /** The last part of a name that may have a schema. */
    private static String name(List<String> words, int from) {
        int at = from;
        while (at + 2 < words.size() && words.get(at + 1).equals(".")) {
            at += 2;
        }
        return at < words.size() ? SqlWords.name(words.get(at)) : "";
    }
}
