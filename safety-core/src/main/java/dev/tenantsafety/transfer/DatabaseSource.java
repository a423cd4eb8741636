package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Rows of another database, as one snapshot of it has them. */
final class DatabaseSource implements RowSource {

    private final RestoreTask task;
    private final Borrowed borrowed;
    private final Catalog catalog;
    private final String name;
    private @Nullable ReferencesIn referencesIn;

    private DatabaseSource(RestoreTask task, Borrowed borrowed, Catalog catalog, String name) {
        this.name = name;
        this.task = task;
        this.borrowed = borrowed;
        this.catalog = catalog;
    }

    static DatabaseSource open(DataSource database, RestoreTask task) throws SQLException {
        Borrowed borrowed = Borrowed.toRead(database);
        try {
            if (Dialect.of(borrowed.connection()) == Dialect.POSTGRESQL) {
                PostgreSql.settle(borrowed.connection());
            }
            return new DatabaseSource(
                    task,
                    borrowed,
                    PostgreSql.catalog(borrowed.connection(), task.model()),
                    borrowed.connection().getCatalog());
        } catch (SQLException | RuntimeException e) {
            borrowed.close();
            throw e;
        }
    }

    @Override
    public Optional<List<Column>> columns(TableName table) {
        return catalog.find(table).map(found -> found.columns().stream()
                .map(column -> new Column(
                        column.name(),
                        column.type(),
                        column.generation() == Generation.COMPUTED || isExcluded(table, column.name())))
                .toList());
    }

    private boolean isExcluded(TableName table, String column) {
        return task.model()
                .find(table)
                .filter(found -> found.excludedColumns().containsKey(column))
                .isPresent();
    }

    @Override
    public List<String> problems(Units units) throws SQLException {
        return PostgreSql.unreadable(borrowed.connection(), "source", catalog, task.model(), units);
    }

    @Override
    public List<Units> batches(Units units, int size) {
        return units.batches(size);
    }

    @Override
    public void read(StagedTable table, int chunkRows, Copy.Sink<RuntimeException> sink) throws SQLException {
        Copy.out(borrowed.connection(), table.select(catalog.dialect()), chunkRows, sink);
    }

    @Override
    public boolean isChecked() {
        return true;
    }

    @Override
    public boolean hashes() {
        return catalog.dialect() == Dialect.POSTGRESQL;
    }

    @Override
    public Fingerprint fingerprint(StagedTable table) throws SQLException {
        return Fingerprint.of(borrowed.connection(), table.fingerprint());
    }

    private ReferencesIn references(Units units) throws SQLException {
        ReferencesIn found = referencesIn;
        if (found == null) {
            found = new ReferencesIn(task.model(), units, borrowed.connection(), catalog);
            referencesIn = found;
        }
        return found;
    }

    @Override
    public List<ReferenceIn> referencesIn(Units units) throws SQLException {
        return references(units).found();
    }

    @Override
    public List<String> unrecordedReferencesIn(Units units) throws SQLException {
        return references(units).warnings();
    }

    @Override
    public void close() throws SQLException {
        borrowed.close();
    }

    @Override
    public String toString() {
        return "the database " + name;
    }
}
