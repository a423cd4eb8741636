package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.Reference.TypeValue;
import dev.tenantsafety.transfer.CloneMap.Change;
import dev.tenantsafety.transfer.CloneMap.Follows;
import dev.tenantsafety.transfer.CloneMap.New;
import dev.tenantsafety.transfer.CloneMap.Owner;
import dev.tenantsafety.transfer.CloneMap.Rewritten;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** The old and the new keys of a copy, in a table of the live database; in a plan, in a temporary one. */
final class CloneKeys {

    static final String TABLE = "tenant_safety_clone_key";
    static final List<String> NAMES = List.of("tenant_safety_clone", TABLE);

    /** Also in docs/restore.md, for those whose roles may not create tables. */
    private static final List<String> TABLES = List.of("""
            create table if not exists tenant_safety_clone (
                clone uuid primary key, of_unit text not null, as_unit text not null, began timestamptz not null default now(),
                unique (of_unit, as_unit))
            """, """
            create table if not exists tenant_safety_clone_key (
                clone uuid not null references tenant_safety_clone, key text not null, old_value text not null, new_value text not null,
                primary key (clone, key, old_value))
            """);

    private static final String PLANNED = "pg_temp.tenant_safety_clone_planned";
    private static final UUID NONE = new UUID(0, 0);

    private final OwnershipModel model;
    private final CloneMap map;
    private final Units units;
    private final String table;
    private final UUID clone;

    private CloneKeys(RestoreTask task, CloneMap map, String table, UUID clone) {
        this.model = task.model();
        this.map = map;
        this.units = task.units();
        this.table = table;
        this.clone = clone;
    }

    /** Whether the copy was begun before. */
    static boolean isBegun(RestoreTask task, CloneMap map, Connection live) throws SQLException {
        return !clones(task, map, live).isEmpty();
    }

    private static List<UUID> clones(RestoreTask task, CloneMap map, Connection live) throws SQLException {
        return PostgreSql.hasTable(live, TABLE)
                ? Query.of(
                                "select clone from tenant_safety_clone where of_unit = ? and as_unit = ?",
                                map.rules().of().toString(),
                                task.units().ids().get(0).toString())
                        .list(live, row -> row.getObject(1, UUID.class))
                : List.of();
    }

    /** For a plan: what was written before, and what it adds, which nobody else sees. */
    static CloneKeys planned(RestoreTask task, CloneMap map, Connection live) throws SQLException {
        List<UUID> clones = clones(task, map, live);
        UUID clone = clones.isEmpty() ? NONE : clones.get(0);
        try (Statement statement = live.createStatement()) {
            statement.execute("drop table if exists " + PLANNED);
            statement.execute(
                    "create temporary table tenant_safety_clone_planned (clone uuid, key text, old_value text, new_value text, "
                            + "primary key (clone, key, old_value))");
            if (!clones.isEmpty()) {
                statement.execute("insert into " + PLANNED + " select * from tenant_safety_clone_key where clone = '"
                        + clone + "'");
            }
        }
        live.commit();
        return new CloneKeys(task, map, PLANNED, clone);
    }

    /** Goes on with the copy, or begins it. */
    static CloneKeys open(RestoreTask task, CloneMap map, Connection live) throws SQLException {
        try (Statement statement = live.createStatement()) {
            if (!PostgreSql.hasTable(live, TABLE)) {
                for (String create : TABLES) {
                    statement.execute(create);
                }
            }
            statement.execute("insert into tenant_safety_clone (clone, of_unit, as_unit) values ('" + UUID.randomUUID()
                    + "', '" + map.rules().of() + "', '" + task.units().ids().get(0)
                    + "') on conflict (of_unit, as_unit) do nothing");
        }
        UUID clone = clones(task, map, live).get(0);
        live.commit();
        return new CloneKeys(task, map, TABLE, clone);
    }

    /** Makes new keys for staged rows; of several tables, before one of them is changed. */
    List<String> create(StagedTable staged) {
        List<String> all = new ArrayList<>();
        for (Change change : map.changes(staged.table().name())) {
            if (change instanceof New made) {
                String column = column(made);
                all.add("insert into " + table + " select '" + clone + "', " + text(made.key()) + ", " + column
                        + "::text, (" + (table.equals(PLANNED) ? made.planned() : made.sql())
                        + ")::text from (select distinct on (" + column + ") s.* from " + staged.stage() + " s where "
                        + column + " is not null and not exists (" + found(made.key(), column) + ") order by " + column
                        + ") s");
            }
        }
        return all;
    }

    /** For each reference to rows that are copied: staged rows that point at one that is not. */
    Map<Follows, String> unmapped(StagedTable staged) {
        Map<Follows, String> all = new LinkedHashMap<>();
        for (Change change : map.changes(staged.table().name())) {
            if (change instanceof Follows follows) {
                all.put(
                        follows,
                        "select " + staged.words() + " from " + staged.stage() + " s where "
                                + new Columns("s", follows.reference().columns()).areSet() + condition(follows)
                                + nowhere(staged, follows) + notForAll(staged, follows) + " limit 5");
            }
        }
        return all;
    }

    /** Gives staged rows their new keys, and what else is other; nothing if all is as it was. */
    List<String> change(StagedTable staged) {
        Map<String, List<Change>> byColumn = map.changes(staged.table().name()).stream()
                .collect(Collectors.groupingBy(Change::column, LinkedHashMap::new, Collectors.toList()));
        if (byColumn.isEmpty()) {
            return List.of();
        }
        List<String> sets = new ArrayList<>();
        byColumn.forEach((column, changes) -> {
            String quoted = Dialect.POSTGRESQL.quote(column);
            String type = staged.table().table().find(column).map(Column::type).orElseThrow();
            String value = "s." + quoted;
            for (Change change : changes) {
                value = value(change, "s." + quoted, type, value);
            }
            sets.add(quoted + " = " + value);
        });
        return List.of("update " + staged.stage() + " s set " + String.join(", ", sets));
    }

    private String value(Change change, String column, String type, String otherwise) {
        if (change instanceof Owner) {
            return "case when " + column + "::text = "
                    + text(Units.raw(map.rules().of())) + " then "
                    + text(Units.raw(units.ids().get(0))) + "::" + type + " else " + column + " end";
        }
        if (change instanceof Rewritten rewritten) {
            return "(" + rewritten.sql() + ")";
        }
        if (change instanceof New made) {
            return "coalesce((" + found(made.key(), column) + ")::" + type + ", " + column + ")";
        }
        Follows follows = (Follows) change;
        String found = "coalesce((" + found(follows.key(), column) + ")::" + type + ", " + otherwise + ")";
        return follows.reference().type() == null
                ? found
                : "case when true" + condition(follows) + " then " + found + " else " + otherwise + " end";
    }

    /** One of several will do, where nothing says at which of them it points. */
    private String nowhere(StagedTable staged, Follows follows) {
        boolean isAny = isAny(follows.reference());
        return map.changes(staged.table().name()).stream()
                .filter(change -> change.equals(follows)
                        || (isAny
                                && change instanceof Follows other
                                && other.column().equals(follows.column())))
                .map(change -> " and not exists (" + found(((Follows) change).key(), column(change)) + ")")
                .collect(Collectors.joining());
    }

    /** Rows for all are pointed at as they are: in a table that has owners' rows too, or in another where nothing says at which table. */
    private String notForAll(StagedTable staged, Follows follows) {
        Reference reference = follows.reference();
        String own = notThere(
                reference,
                " and " + model.select(reference.target(), units.kind()).owner("p") + " is null");
        return own
                + (isAny(reference)
                        ? model.references(staged.table().name()).stream()
                                .filter(other -> isAny(other)
                                        && other.columns().equals(reference.columns())
                                        && model.find(other.target())
                                                .filter(OwnedTable::isShared)
                                                .isPresent())
                                .map(other -> notThere(other, ""))
                                .collect(Collectors.joining())
                        : "");
    }

    private static boolean isAny(Reference reference) {
        return reference.type() == null && reference.foreignKey() == null;
    }

    private static String notThere(Reference reference, String condition) {
        return " and not exists (select 1 from " + reference.target().sql(Dialect.POSTGRESQL) + " p where "
                + new Columns("p", reference.targetColumns()).equal(new Columns("s", reference.columns())) + condition
                + ")";
    }

    private static String column(Change change) {
        return new Columns("s", List.of(change.column())).at(0);
    }

    private static String condition(Follows follows) {
        TypeValue type = follows.reference().type();
        return type == null
                ? ""
                : " and " + new Columns("s", List.of(type.column())).at(0) + "::text = " + text(type.value());
    }

    private String found(CloneRules.At key, String column) {
        return "select k.new_value from " + table + " k where k.clone = '" + clone + "' and k.key = " + text(key)
                + " and k.old_value = " + column + "::text";
    }

    private static String text(Object value) {
        return Dialect.POSTGRESQL.literal(value.toString());
    }
}
