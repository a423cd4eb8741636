package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What is to be restored, where to, and how.
 *
 * @param live the database
 * @param model whose its rows are
 * @param units whose rows come back
 * @param rules how
 * @param copy what is other in the rows if they are a copy; null if they come back
 */
record RestoreTask(
        DataSource live,
        OwnershipModel model,
        Units units,
        RestoreRules rules,
        @Nullable CloneMap copy) {

    /** Others' rows, as they are. */
    RestoreTask of(Units others) {
        return new RestoreTask(live, model, others, rules, null);
    }

    List<OwnedTable> tables() {
        return model.tables(units.kind());
    }

    /** The statements for rows of some of the owners, of the columns that the source has too; the others take their defaults. */
    StagedTable staged(OwnedTable table, Units owners, RowSource source) {
        List<String> columns = source.columns(table.name()).orElseThrow().stream()
                .filter(column -> !column.leftOut())
                .map(RowSource.Column::name)
                .toList();
        return new StagedTable(model, table, owners, rules, columns);
    }

    /** Rows that the policy would not have there. */
    List<Conflict> there(TableCount count) {
        long there = count.kept() + count.same();
        return rules.policy() == ConflictPolicy.FAIL && there > 0
                ? List.of(new Conflict(
                        "In " + count.table().table() + ", " + there + " rows are there already.", List.of(), ""))
                : List.of();
    }

    String owners() {
        return units.ids().size() + " " + units.kind().prefix() + (units.ids().size() == 1 ? "" : "s");
    }

    /** What makes two runs the same: then one goes on where the other was. */
    String request() {
        String text = units.ids() + " " + rules.policy() + " " + rules.newerBy() + " " + rules.chunkRows() + " "
                + rules.batchUnits() + (rules.nullsMissing() ? " nulls" : "")
                + (copy == null ? "" : " " + copy.rules());
        return Copy.sha256(text);
    }
}
