package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.Catalog.Index;
import dev.tenantsafety.ownership.Claim;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Indexes without which a table is read whole, whoever's rows are asked for. */
final class Indexes {

    private Indexes() {}

    static List<String> missing(OwnershipModel model, IdKind<?> kind) {
        List<String> missing = new ArrayList<>();
        for (OwnedTable table : model.tables(kind)) {
            for (Claim claim : table.claims(kind)) {
                List<String> columns = columns(claim);
                if (!columns.isEmpty() && table.table().indexes().stream().noneMatch(index -> helps(index, columns))) {
                    missing.add("No index of " + table.name() + " begins with " + String.join(", ", columns)
                            + ": all of its rows are read to find those of an owner.");
                }
            }
        }
        return missing;
    }

    private static List<String> columns(Claim claim) {
        if (claim instanceof Claim.ByColumn column) {
            return List.of(column.column());
        }
        if (claim instanceof Claim.ByReference way) {
            return way.reference().columns();
        }
        return List.of(); // the key of the table, which has one
    }

    private static boolean helps(Index index, List<String> columns) {
        return index.condition() == null
                && index.columns().size() >= columns.size()
                && new HashSet<>(index.columns().subList(0, columns.size())).containsAll(columns);
    }
}
