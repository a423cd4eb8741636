package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys of rows that a plan has seen in the source, so that it can say of rows that point at them that they will point somewhere. They
 * stand in temporary tables. Not for references that say whose a row is, where a database has checked them: a row that is an owner's points
 * at one that is.
 */
final class ComingKeys {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private final Map<Target, String> tables = new LinkedHashMap<>();

    private record Target(TableName table, List<String> columns) {}

    private ComingKeys() {}

    /** When rows that others point at are written before them, they are there. */
    static ComingKeys none() {
        return new ComingKeys();
    }

    static ComingKeys of(RestoreTask task, RowSource source) {
        ComingKeys keys = new ComingKeys();
        for (OwnedTable table : task.tables()) {
            for (Reference reference : task.model().references(table.name())) {
                boolean comes =
                        task.tables().stream().anyMatch(target -> target.name().equals(reference.target()));
                boolean isDecided = source.isChecked()
                        && UnitRows.decides(table, reference, task.units().kind());
                if (comes && !isDecided && reference.foreignKey() != null) {
                    String name = POSTGRESQL.quote("tenant_safety_keys_" + keys.tables.size());
                    keys.tables.putIfAbsent(new Target(reference.target(), reference.targetColumns()), name);
                }
            }
        }
        return keys;
    }

    /** The table with the keys that the reference leads to. */
    Optional<String> of(Reference reference) {
        return Optional.ofNullable(tables.get(new Target(reference.target(), reference.targetColumns())));
    }

    /** Its columns, in the order of the reference's. */
    static List<String> names(Reference reference) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < reference.targetColumns().size(); i++) {
            names.add("k" + i);
        }
        return names;
    }

    /** Makes the tables, empty. */
    List<String> create() {
        List<String> statements = new ArrayList<>();
        tables.forEach((target, name) -> {
            statements.add("drop table if exists pg_temp." + name);
            statements.add("create temporary table " + name + " as select " + columns(target) + " from "
                    + target.table().sql(POSTGRESQL) + " with no data");
        });
        return statements;
    }

    /** Takes the keys of staged rows. */
    List<String> add(StagedTable staged) {
        List<String> statements = new ArrayList<>();
        tables.forEach((target, name) -> {
            if (target.table().equals(staged.table().name())) {
                statements.add("insert into " + name + " select " + columns(target) + " from " + staged.stage());
            }
        });
        return statements;
    }

    private static String columns(Target target) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < target.columns().size(); i++) {
            columns.add(POSTGRESQL.quote(target.columns().get(i)) + " as k" + i);
        }
        return String.join(", ", columns);
    }
}
