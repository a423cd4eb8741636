package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnershipModel;
import java.util.List;

/**
 * Tables that are written together, and a batch of owners.
 *
 * @param batch its number
 * @param owners whose rows
 * @param tables more than one only if they point at each other
 * @param isWhole whether all rows are read before one is written
 */
record Part(int batch, Units owners, List<StagedTable> tables, boolean isWhole) {

    static Part of(RestoreTask task, RowSource source, int batch, Units owners, TableGroups.Group group) {
        List<StagedTable> tables = group.tables().stream()
                .map(table -> task.staged(table, owners, source))
                .toList();
        return new Part(
                batch, owners, tables, group.circular() || tables.stream().anyMatch(table -> !table.hasKey()));
    }

    /** Whether rows of this part may point at rows of the other, which then have to be there. */
    boolean pointsAt(Part other, OwnershipModel model) {
        return tables.stream()
                .flatMap(table -> model.references(table.table().name()).stream())
                .anyMatch(reference -> other.tables.stream()
                        .anyMatch(table -> table.table().name().equals(reference.target())));
    }
}
