package dev.tenantsafety.ownership;

import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.ForeignKey;
import dev.tenantsafety.ownership.Catalog.Index;
import dev.tenantsafety.ownership.Catalog.Table;
import dev.tenantsafety.ownership.Catalog.Trigger;
import dev.tenantsafety.ownership.Catalog.UniqueKey;
import java.util.List;
import java.util.Map;

/**
 * What was read of all tables of a schema, by table.
 *
 * @param <K> as the catalog tells tables apart
 */
record TableParts<K>(
        Map<K, List<Column>> columns,
        Map<K, List<ForeignKey>> foreignKeys,
        Map<K, List<FoundIndex>> indexes,
        Map<K, List<Trigger>> triggers,
        Map<K, List<TableName>> partitions,
        Map<K, List<TableName>> heirs) {

    Table of(K table, TableName name) {
        List<FoundIndex> found = indexes.getOrDefault(table, List.of());
        return new Table(
                name,
                List.copyOf(columns.getOrDefault(table, List.of())),
                found.stream()
                        .filter(FoundIndex::primary)
                        .flatMap(index -> index.index().columns().stream())
                        .toList(),
                found.stream()
                        .filter(index -> index.index().unique() && !index.primary())
                        .map(FoundIndex::key)
                        .toList(),
                List.copyOf(foreignKeys.getOrDefault(table, List.of())),
                found.stream().map(FoundIndex::index).toList(),
                List.copyOf(triggers.getOrDefault(table, List.of())),
                List.copyOf(partitions.getOrDefault(table, List.of())),
                List.copyOf(heirs.getOrDefault(table, List.of())));
    }

    /** An index, and what it is for. */
    record FoundIndex(Index index, boolean primary, boolean deferrable, boolean nullsEqual) {

        private UniqueKey key() {
            return new UniqueKey(index.name(), index.columns(), index.condition(), deferrable, nullsEqual);
        }
    }
}
