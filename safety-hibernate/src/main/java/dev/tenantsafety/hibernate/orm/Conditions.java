package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.orm.SafeEntity.OwnerColumn;
import dev.tenantsafety.hibernate.orm.SafeEntity.OwnerPath;
import dev.tenantsafety.id.IdKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.boot.model.relational.SqlStringGenerationContext;
import org.hibernate.dialect.Dialect;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.UnionSubclass;
import org.jspecify.annotations.Nullable;

/** SQL conditions on the rows of an entity. */
final class Conditions {

    private final Dialect dialect;
    private final SqlStringGenerationContext names;
    private int aliases;

    Conditions(Dialect dialect, SqlStringGenerationContext names) {
        this.dialect = dialect;
        this.names = names;
    }

    String table(RootClass mapping) {
        return names.format(mapping.getTable().getQualifiedTableName());
    }

    /** What an entity's rows are selected from: its table or, where each concrete class has a table of its own, all of those. */
    String rows(SafeEntity entity) {
        List<Table> tables = new ArrayList<>();
        RootClass root = entity.mapping();
        if (root.getSubclasses().stream().noneMatch(UnionSubclass.class::isInstance)) {
            return table(root);
        }
        Set<String> columns = new LinkedHashSet<>(key(root));
        entity.owners().forEach(owner -> columns.add(owner.column()));
        if (entity.path() != null) {
            columns.addAll(entity.path().columns());
        }
        if (entity.marking() != null) {
            columns.add(entity.marking().deletedAt());
            columns.add(entity.marking().deletionId());
        }
        if (!Boolean.TRUE.equals(root.isAbstract())) {
            tables.add(root.getTable());
        }
        root.getSubclasses().stream()
                .filter(subclass -> !Boolean.TRUE.equals(subclass.isAbstract()))
                .forEach(subclass -> tables.add(subclass.getTable()));
        return tables.stream()
                .map(table ->
                        "select " + String.join(", ", columns) + " from " + names.format(table.getQualifiedTableName()))
                .collect(Collectors.joining(" union all ", "( ", " )"));
    }

    List<String> key(RootClass mapping) {
        List<String> columns = new ArrayList<>();
        for (Column column : mapping.getTable().getPrimaryKey().getColumns()) {
            columns.add(column.getQuotedName(dialect));
        }
        return columns;
    }

    /** True for the rows that an owner of the kind has; null if rows of this entity have no owner of it. */
    @Nullable
    String ownedBy(SafeEntity entity, IdKind<?> kind, String alias, String parameter) {
        for (OwnerColumn owner : entity.owners()) {
            if (owner.kind().equals(kind)) {
                return alias + "." + owner.column() + " = " + parameter;
            }
        }
        if (kind.equals(entity.unit())) {
            return alias + "." + key(entity.mapping()).get(0) + " = " + parameter;
        }
        OwnerPath path = entity.path();
        if (path == null) {
            return null;
        }
        String above = "owner" + aliases++;
        String condition = ownedBy(path.target(), kind, above, parameter);
        return condition == null ? null : exists(path, alias, above, condition);
    }

    /** True for the rows that belong to no marked unit of the kind; null if rows of this entity have no owner of it. */
    @Nullable
    String inOpenUnit(SafeEntity entity, SafeEntity units, IdKind<?> kind, String alias) {
        SafeEntity.Marking marking = units.marking();
        if (marking == null || entity == units) {
            return null; // the marked rows of the units themselves are left out as marked
        }
        for (OwnerColumn owner : entity.owners()) {
            if (owner.kind().equals(kind)) {
                String unit = "unit" + aliases++;
                return "not exists ( select 1 from " + rows(units) + " " + unit + " where " + unit + "."
                        + key(units.mapping()).get(0) + " = " + alias + "." + owner.column() + " and " + unit + "."
                        + marking.deletedAt() + " is not null )";
            }
        }
        OwnerPath path = entity.path();
        if (path == null) {
            return null;
        }
        String above = "owner" + aliases++;
        String condition = inOpenUnit(path.target(), units, kind, above);
        if (condition == null && path.target() == units) {
            condition = above + "." + marking.deletedAt() + " is null";
        }
        return condition == null ? null : exists(path, alias, above, condition);
    }

    /** True for the rows that an attribute of another table points at. */
    String pointedAtBy(Referrers.Showing showing, String alias) {
        String above = "referrer" + aliases++;
        StringBuilder sql = new StringBuilder("exists ( select 1 from ")
                .append(names.format(showing.table().getQualifiedTableName()))
                .append(' ')
                .append(above);
        for (int i = 0; i < showing.columns().size(); i++) {
            sql.append(i == 0 ? " where " : " and ")
                    .append(above)
                    .append('.')
                    .append(showing.columns().get(i).getQuotedName(dialect))
                    .append(" = ")
                    .append(alias)
                    .append('.')
                    .append(showing.targets().get(i).getQuotedName(dialect));
        }
        return sql.append(" )").toString();
    }

    private String exists(OwnerPath path, String alias, String above, String condition) {
        List<String> key = key(path.target().mapping());
        StringBuilder sql = new StringBuilder("exists ( select 1 from ")
                .append(rows(path.target()))
                .append(' ')
                .append(above)
                .append(" where ");
        for (int i = 0; i < key.size(); i++) {
            sql.append(above)
                    .append('.')
                    .append(key.get(i))
                    .append(" = ")
                    .append(alias)
                    .append('.')
                    .append(path.columns().get(i))
                    .append(" and ");
        }
        return sql.append(condition).append(" )").toString();
    }
}
