package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Gives the rows of the one whose rows are copied where those of the copy are asked for; with the keys that they have there. */
final class ClonedSource implements RowSource {

    private final RowSource source;
    private final CloneMap map;

    ClonedSource(RowSource source, CloneMap map) {
        this.source = source;
        this.map = map;
    }

    @Override
    public Optional<List<Column>> columns(TableName table) {
        return source.columns(table);
    }

    @Override
    public List<String> problems(Units units) throws SQLException {
        return source.problems(map.of());
    }

    @Override
    public List<Units> batches(Units units, int size) {
        return List.of(units);
    }

    @Override
    public void read(StagedTable table, int chunkRows, Copy.Sink<RuntimeException> sink) throws SQLException {
        source.read(table.of(map.of()), chunkRows, sink);
    }

    @Override
    public boolean isChecked() {
        return source.isChecked();
    }

    /** Rows of others point at the rows that are copied, and go on to. */
    @Override
    public List<String> unrecordedReferencesIn(Units units) {
        return List.of();
    }

    @Override
    public List<ReferenceIn> referencesIn(Units units) {
        return List.of();
    }

    @Override
    public void close() throws SQLException {
        source.close();
    }

    @Override
    public String toString() {
        return source + ", copied from " + map.rules().of();
    }
}
