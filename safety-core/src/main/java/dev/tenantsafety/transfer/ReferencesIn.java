package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

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

    ReferencesIn(OwnershipModel model, Units units, Connection connection) {
        this.model = model;
        this.units = units;
        this.connection = connection;
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

    /**
     * Looks for them.
     *
     * @param has whether the database has a column of the referring table
     */
    ReferencesIn find(Predicate<Reference> has) throws SQLException {
        for (Reference reference : ways(model, units.kind())) {
            if (has.test(reference)) {
                find(reference);
            }
        }
        return this;
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
        String rows = rows(reference, from, target);
        long count = Query.of("select count(*)" + rows)
                .list(connection, row -> row.getLong(1))
                .get(0);
        if (count == 0) {
            return;
        }
        boolean isRecorded =
                Dialect.of(connection) == POSTGRESQL; // whose text of a row is what tells whether it changed
        if (count > MOST || !isRecorded || from.table().primaryKey().isEmpty()) {
            unrecorded.put(reference, count);
            return;
        }
        ReferenceIn.Way way = way(reference, from);
        String key = new Columns("r", from.table().primaryKey()).array();
        found.addAll(Query.of("select "
                        + model.select(target.name(), units.kind()).owner("t") + "::text, " + key + ", "
                        + new Columns("r", reference.columns()).array() + ", " + digest("r", way.others()) + rows
                        + " order by " + key)
                .list(
                        connection,
                        row -> new ReferenceIn(
                                row.getString(1), way, row.getString(2), row.getString(3), row.getString(4))));
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

    private static ReferenceIn.Way way(Reference reference, OwnedTable from) {
        List<String> others = from.table().columns().stream()
                .filter(column -> column.generation() != Generation.COMPUTED)
                .map(Column::name)
                .filter(column -> !reference.columns().contains(column))
                .toList();
        return new ReferenceIn.Way(from.name(), reference.columns(), others);
    }

    static String digest(String alias, List<String> columns) {
        return "md5(" + new Columns(alias, columns).row() + ")";
    }
}
