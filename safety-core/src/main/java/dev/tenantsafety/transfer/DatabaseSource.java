package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.Catalog;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.Reference;
import dev.tenantsafety.ownership.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Rows of another PostgreSQL database, as one snapshot of it has them. */
final class DatabaseSource implements RowSource {

    private final RestoreTask task;
    private final Borrowed borrowed;
    private final Catalog catalog;
    private final String name;
    private @Nullable List<ReferenceIn> referencesIn;

    private DatabaseSource(RestoreTask task, Borrowed borrowed, Catalog catalog, String name) {
        this.name = name;
        this.task = task;
        this.borrowed = borrowed;
        this.catalog = catalog;
    }

    static DatabaseSource open(DataSource database, RestoreTask task) throws SQLException {
        Borrowed borrowed = Borrowed.toRead(database);
        try {
            PostgreSql.require(borrowed.connection(), "The restore is refused");
            PostgreSql.settle(borrowed.connection());
            String[] schemas = task.model().tables().stream()
                    .map(table -> table.name().schema())
                    .distinct()
                    .toArray(String[]::new);
            return new DatabaseSource(
                    task,
                    borrowed,
                    Catalog.read(borrowed.connection(), schemas),
                    borrowed.connection().getCatalog());
        } catch (SQLException | RuntimeException e) {
            borrowed.close();
            throw e;
        }
    }

    @Override
    public Optional<List<Column>> columns(TableName table) {
        return catalog.find(table).map(found -> found.columns().stream()
                .map(column -> new Column(column.name(), column.type(), column.generation() == Generation.COMPUTED))
                .toList());
    }

    @Override
    public List<String> problems(Units units) throws SQLException {
        List<String> problems = new ArrayList<>();
        for (OwnedTable table : task.tables()) {
            PostgreSql.rowSecurity(borrowed.connection(), "source", table.name())
                    .ifPresent(problems::add);
        }
        if (problems.isEmpty()) {
            problems.addAll(LargeObjects.find(borrowed.connection(), task.model(), units));
        }
        OwnedTable root = task.model().root(units.kind()).orElse(null);
        if (root != null && problems.isEmpty()) {
            Set<String> there = new HashSet<>(UnitRows.owners(borrowed.connection(), task.model(), root, units));
            units.ids().stream()
                    .filter(id -> !there.contains(Units.raw(id)))
                    .forEach(id -> problems.add(id + " is not in " + root.name() + " of the source."));
        }
        return problems;
    }

    @Override
    public List<Units> batches(Units units, int size) {
        return units.batches(size);
    }

    @Override
    public void read(
            OwnedTable table, List<String> columns, Units batch, int chunkRows, Copy.Sink<RuntimeException> sink)
            throws SQLException {
        Copy.out(borrowed.connection(), UnitRows.copyOut(task.model(), table, columns, batch), chunkRows, sink);
    }

    @Override
    public List<ReferenceIn> referencesIn(Units units) throws SQLException {
        if (referencesIn == null) {
            referencesIn = new ReferencesIn(task.model(), units, borrowed.connection())
                    .find(this::has)
                    .found();
        }
        return referencesIn;
    }

    /** Whether the source's table has what the live one has. */
    private boolean has(Reference reference) {
        List<String> there = catalog.find(reference.table()).stream()
                .flatMap(table -> table.columns().stream())
                .map(Catalog.Column::name)
                .toList();
        return task.model().find(reference.table()).stream()
                .flatMap(table -> table.table().columns().stream())
                .map(Catalog.Column::name)
                .allMatch(there::contains);
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
