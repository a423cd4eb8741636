package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds rows of others that point at rows of owners. */
final class ReferencesIn {

    /** More of them than this are told, but not recorded one by one; so are those of tables without a key, and of H2. */
    private static final int MOST = 10_000;

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private final OwnershipModel model;
    private final Units units;
    private final Connection connection;
    private final List<ReferenceIn> found = new ArrayList<>();
    private final Map<Reference, Long> unrecorded = new LinkedHashMap<>();
    private final Catalog there;

    /**
     * Looks.
     *
     * @param there the tables of the database that is asked, which may have fewer columns than the live one
     */
    ReferencesIn(OwnershipModel model, Units units, Connection connection, Catalog there) throws SQLException {
        this.model = model;
        this.units = units;
        this.connection = connection;
        this.there = there;
        for (Reference reference : ways(model, units.kind())) {
            if (has(reference.table(), reference.columns()) && has(reference.target(), reference.targetColumns())) {
                find(reference);
            }
        }
    }

    private boolean has(TableName table, List<String> columns) {
        return there.find(table)
                .filter(found ->
                        columns.stream().allMatch(column -> found.find(column).isPresent()))
                .isPresent();
    }

    /** Foreign keys by which a row of somebody else can point at a row of an owner of this kind. */
    static List<Reference> ways(OwnershipModel model, IdKind<?> kind) {
        List<Reference> ways = new ArrayList<>();
        for (OwnedTable target : model.tables(kind)) {
            for (Reference reference : model.referencesTo(target.name())) {
                OwnedTable from = model.find(reference.table()).orElseThrow();
                if (reference.foreignKey() != null && !UnitRows.decides(from, reference, kind)) {
                    ways.add(reference);
                }
            }
        }
        return ways;
    }

    List<ReferenceIn> found() {
        return found;
    }

    /** What was not recorded. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        unrecorded.forEach(
                (reference, rows) -> warnings.add(rows + " rows of others, of " + reference.table() + ", point through "
                        + reference + " at rows of the owners. They are not recorded, and will not be set back."));
        return warnings;
    }

    private void find(Reference reference) throws SQLException {
        OwnedTable from = model.find(reference.table()).orElseThrow();
        OwnedTable target = model.find(reference.target()).orElseThrow();
        long count = count(pointing(reference, target));
        if (count > 0 && !from.claims(units.kind()).isEmpty()) {
            // Not others' rows themselves, of which there may be many more than point here.
            count -= count(pointing(reference, target) + " and " + UnitRows.owned(model, from, units, "r"));
        }
        if (count == 0) {
            return;
        }
        String rows = rows(reference, from, target);
        boolean isRecorded =
                Dialect.of(connection) == POSTGRESQL; // whose text of a row is what tells whether it changed
        List<String> keyColumns = from.table().key();
        if (count > MOST || !isRecorded || keyColumns.isEmpty() || !has(from.name(), keyColumns)) {
            unrecorded.put(reference, count);
            return;
        }
        ReferenceIn.Way way = way(reference, from);
        String key = new Columns("r", keyColumns).array();
        found.addAll(Query.of("select "
                        + model.select(target.name(), units.kind()).owner("t") + "::text, " + key + ", "
                        + new Columns("r", reference.columns()).array() + ", " + digest("r", way.others()) + rows
                        + " order by " + key)
                .list(
                        connection,
                        row -> new ReferenceIn(
                                row.getString(1), way, row.getString(2), row.getString(3), row.getString(4))));
    }

    private long count(String rows) throws SQLException {
        return Query.of("select count(*)" + rows)
                .list(connection, row -> row.getLong(1))
                .get(0);
    }

    /** Anybody's rows that point at the owners'. */
    private String pointing(Reference reference, OwnedTable target) {
        return " from " + reference.table().sql(POSTGRESQL) + " r where "
                + "(" + new Columns("r", reference.columns()).list() + ") in (select "
                + new Columns("t", reference.targetColumns()).list() + " from "
                + target.name().sql(POSTGRESQL) + " t where " + UnitRows.owned(model, target, units, "t") + ")";
    }

    private String rows(Reference reference, OwnedTable from, OwnedTable target) {
        String matches = new Columns("t", reference.targetColumns()).equal(new Columns("r", reference.columns()));
        String others = from.claims(units.kind()).isEmpty()
                ? ""
                : " and (" + UnitRows.owned(model, from, units, "r") + ") is not true";
        return " from " + from.name().sql(POSTGRESQL) + " r join "
                + target.name().sql(POSTGRESQL) + " t on " + matches + " where "
                + UnitRows.owned(model, target, units, "t") + others;
    }

    /** What other references of the row hold may go with the same deletion, and does not make it another row. */
    private ReferenceIn.Way way(Reference reference, OwnedTable from) {
        Set<String> references = new HashSet<>();
        ways(model, units.kind()).stream()
                .filter(way -> way.table().equals(from.name()))
                .forEach(way -> references.addAll(way.columns()));
        List<String> others = from.table().columns().stream()
                .filter(column -> column.generation() != Generation.COMPUTED)
                .map(Column::name)
                .filter(column -> !references.contains(column) && has(from.name(), List.of(column)))
                .toList();
        return new ReferenceIn.Way(from.name(), reference.columns(), others);
    }

    static String digest(String alias, List<String> columns) {
        return "md5(" + new Columns(alias, columns).row() + ")";
    }
}
