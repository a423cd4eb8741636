package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveColumn;
import dev.tenantsafety.archive.ArchiveTable;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.ForeignKey;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.OwnedTable;
import java.util.List;

/** What an archive says of the tables that its rows are of. */
final class SchemaText {

    private SchemaText() {}

    /** The columns whose values stand in the archive: those that are neither computed from others nor excluded. */
    static List<String> archived(OwnedTable table) {
        return columns(table).stream().map(Column::name).toList();
    }

    private static List<Column> columns(OwnedTable table) {
        return table.table().columns().stream()
                .filter(column -> column.generation() != Generation.COMPUTED
                        && !table.excludedColumns().containsKey(column.name()))
                .toList();
    }

    static ArchiveTable table(int number, OwnedTable table) {
        List<ArchiveColumn> columns = columns(table).stream()
                .map(column -> new ArchiveColumn(column.name(), column.type(), "", identity(column)))
                .toList();
        List<String> keys =
                table.table().foreignKeys().stream().map(SchemaText::text).toList();
        return new ArchiveTable(
                number,
                table.name().schema(),
                table.name().table(),
                columns,
                table.table().key(),
                keys);
    }

    private static String identity(Column column) {
        return switch (column.generation()) {
            case IDENTITY_ALWAYS -> "ALWAYS";
            case IDENTITY_BY_DEFAULT -> "BY DEFAULT";
            case NONE, COMPUTED -> "";
        };
    }

    private static String text(ForeignKey key) {
        return String.join(", ", key.columns()) + " -> " + key.target() + " (" + String.join(", ", key.targetColumns())
                + ")";
    }

    /** Another one where a column, a type or a key is another one. */
    static String fingerprint(List<OwnedTable> tables) {
        StringBuilder all = new StringBuilder();
        for (OwnedTable table : tables) {
            all.append(table.name()).append(' ').append(table.table().key());
            for (Column column : table.table().columns()) {
                all.append("\n ")
                        .append(column.name())
                        .append(' ')
                        .append(column.type())
                        .append(column.nullable() ? "" : " not null ")
                        .append(column.generation());
            }
            table.table().foreignKeys().forEach(key -> all.append("\n ").append(text(key)));
            all.append('\n');
        }
        return Copy.sha256(all.toString());
    }

    /** Empty where classes do not come from a jar. */
    static String libraryVersion() {
        String version = SchemaText.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }
}
