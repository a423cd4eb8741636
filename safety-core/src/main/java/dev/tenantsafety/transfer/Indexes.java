package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.Catalog.Index;
import dev.tenantsafety.ownership.Claim;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.Reference;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Indexes without which a table is read whole, whoever's rows are asked for. */
final class Indexes {

    private Indexes() {}

    static List<String> missing(OwnershipModel model, IdKind<?> kind) {
        Set<String> missing = new LinkedHashSet<>();
        for (OwnedTable table : model.tables(kind)) {
            for (Claim claim : table.claims(kind)) {
                if (claim instanceof Claim.ByColumn column) {
                    add(missing, table, List.of(column.column()), "find those of an owner");
                } else if (claim instanceof Claim.ByReference way) {
                    add(missing, table, way.reference().columns(), "find those of an owner");
                } else if (claim instanceof Claim.ByReferrers referrers) {
                    for (Reference reference : referrers.references()) {
                        add(
                                missing,
                                model.find(reference.table()).orElseThrow(),
                                reference.columns(),
                                "find owners of " + table.name());
                    }
                }
            }
        }
        return List.copyOf(missing);
    }

    private static void add(Set<String> missing, OwnedTable table, List<String> columns, String purpose) {
        if (table.table().indexes().stream().noneMatch(index -> helps(index, columns))) {
            missing.add("No index of " + table.name() + " begins with " + String.join(", ", columns)
                    + ": all of its rows are read to " + purpose + ".");
        }
    }

    private static boolean helps(Index index, List<String> columns) {
        return index.condition() == null
                && index.columns().size() >= columns.size()
                && new HashSet<>(index.columns().subList(0, columns.size())).containsAll(columns);
    }
}
