package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Every table of a database, and whose its rows are. There is none with a table of which nobody knows.
 *
 * <p>A row may be owned on several levels, by a tenant and by one of its sites; each level is a kind of ID. What belongs to one owner
 * of a kind is its unit.
 *
 * <p>Does not change, and is safe for use by several threads.
 */
public final class OwnershipModel {

    private final Catalog catalog;
    private final List<IdKind<?>> kinds;
    private final Map<IdKind<?>, TableName> roots = new LinkedHashMap<>();
    private final Map<TableName, OwnedTable> tables = new TreeMap<>();
    private final Map<TableName, List<Reference>> references = new TreeMap<>();
    private final Map<IdKind<?>, List<String>> ownerColumns;
    private final Names names;

    OwnershipModel(
            Catalog catalog,
            List<IdKind<?>> kinds,
            Map<IdKind<?>, ModelReading.RootKey> roots,
            List<OwnedTable> tables,
            Map<TableName, List<Reference>> references,
            Map<IdKind<?>, List<String>> ownerColumns) {
        this.catalog = catalog;
        this.ownerColumns = Map.copyOf(ownerColumns);
        this.kinds = kinds;
        roots.forEach((kind, root) -> this.roots.put(kind, root.table().name()));
        tables.forEach(table -> this.tables.put(table.name(), table));
        references.forEach((table, all) -> this.references.put(table, List.copyOf(all)));
        this.names = new Names(catalog, List.of());
    }

    /**
     * Reads the database's catalog and applies rules to it.
     *
     * @param dataSource of the database; asked for its catalog only
     * @param rules says what the database does not
     * @return the model
     * @throws UnclearOwnershipException with all that is wrong, if of a table nobody said whose its rows are, or a rule does not fit
     * @throws SQLException as the database says
     */
    public static OwnershipModel read(DataSource dataSource, UnaryOperator<OwnershipRules> rules) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return read(connection, rules);
        }
    }

    /**
     * The same, with a connection.
     *
     * @param connection to the database; stays open
     * @param rules says what the database does not
     * @return the model
     * @throws UnclearOwnershipException with all that is wrong
     * @throws SQLException as the database says
     */
    public static OwnershipModel read(Connection connection, UnaryOperator<OwnershipRules> rules) throws SQLException {
        OwnershipRules applied = rules.apply(new OwnershipRules());
        return of(Catalog.read(connection, applied.schemas.toArray(String[]::new)), applied);
    }

    /**
     * Applies rules to a catalog that was read before.
     *
     * @param catalog the catalog
     * @param rules says what it does not; its schemas are not asked for
     * @return the model
     * @throws UnclearOwnershipException with all that is wrong
     */
    public static OwnershipModel of(Catalog catalog, UnaryOperator<OwnershipRules> rules) {
        return of(catalog, rules.apply(new OwnershipRules()));
    }

    private static OwnershipModel of(Catalog catalog, OwnershipRules rules) {
        return new ModelReading(catalog, rules).read();
    }

    /**
     * What the database says.
     *
     * @return the catalog
     */
    public Catalog catalog() {
        return catalog;
    }

    /**
     * The levels on which rows are owned.
     *
     * @return the kinds of owners, in the order in which the rules name them: roots first
     */
    public List<IdKind<?>> kinds() {
        return kinds;
    }

    /**
     * The table whose rows are the owners of a kind.
     *
     * @param kind the kind
     * @return the table, or nothing where owners have none
     */
    public Optional<OwnedTable> root(IdKind<?> kind) {
        return Optional.ofNullable(roots.get(kind)).map(tables::get);
    }

    /**
     * All tables.
     *
     * @return sorted by name
     */
    public List<OwnedTable> tables() {
        return List.copyOf(tables.values());
    }

    /**
     * The tables that have rows of owners of a kind.
     *
     * @param kind the kind
     * @return sorted by name
     * @throws IllegalArgumentException if nothing is owned on that level
     */
    public List<OwnedTable> tables(IdKind<?> kind) {
        check(kind);
        return tables.values().stream()
                .filter(table -> !table.claims(kind).isEmpty())
                .toList();
    }

    private void check(IdKind<?> kind) {
        if (!kinds.contains(kind)) {
            throw new IllegalArgumentException("No row is owned by a " + kind.prefix() + ". The rules name: "
                    + String.join(", ", kinds.stream().map(IdKind::prefix).toList()) + ".");
        }
    }

    /**
     * One table.
     *
     * @param name its name
     * @return the table, or nothing if there is none of this name
     */
    public Optional<OwnedTable> find(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    /**
     * One table, by what people write: with the schema or without it, in any case, where only one fits.
     *
     * @param name its name
     * @return the table
     * @throws IllegalArgumentException if none or several fit
     */
    public OwnedTable table(String name) {
        List<String> problems = new ArrayList<>();
        return new Names(catalog, problems)
                .table(name, "table")
                .map(table -> tables.get(table.name()))
                .orElseThrow(() -> new IllegalArgumentException(problems.get(0)));
    }

    /**
     * The columns of a table that hold owners by a rule for all tables ({@link OwnershipRules#ownedByColumn(String, IdKind)}), also where the table has a
     * way of its own that decides whose its rows are.
     *
     * @param table the table
     * @param kind the kind of owner
     * @return their names; empty if it has none
     */
    public List<String> ownerColumns(TableName table, IdKind<?> kind) {
        return find(table).stream()
                .flatMap(found -> ownerColumns.getOrDefault(kind, List.of()).stream()
                        .flatMap(column -> Names.column(found.table(), column).stream()))
                .toList();
    }

    /**
     * At what a table's rows point: by foreign keys of the database, and by those that the rules declare.
     *
     * @param table the table
     * @return in the order of their columns, declared ones last
     */
    public List<Reference> references(TableName table) {
        return references.getOrDefault(table, List.of());
    }

    /**
     * What points at a table's rows.
     *
     * @param table the table
     * @return sorted by the table that points
     */
    public List<Reference> referencesTo(TableName table) {
        return references.values().stream()
                .flatMap(List::stream)
                .filter(reference -> reference.target().equals(table))
                .toList();
    }

    /**
     * The rows of a table that belong to owners of a kind.
     *
     * @param table the table
     * @param kind the kind of owner
     * @return how they are found
     * @throws IllegalArgumentException if there are none on that level
     */
    public Selection select(TableName table, IdKind<?> kind) {
        check(kind);
        OwnedTable owned =
                find(table).orElseThrow(() -> new IllegalArgumentException("There is no table " + table + "."));
        if (owned.claims(kind).isEmpty()) {
            throw new IllegalArgumentException(
                    "No row of " + names.of(table) + " is owned by a " + kind.prefix() + ".");
        }
        return new Selection(this, owned, kind);
    }

    /**
     * Looks at all rows, whether each belongs to somebody and to nobody else: for a test on a copy of production's data, and before
     * anything is exported. Takes as long as joining each table with those that it points at.
     *
     * @param connection to the database of this model, or one with the same tables; used for queries only
     * @return what is wrong, sorted by table; empty if nothing is
     * @throws SQLException as the database says
     */
    public List<OwnershipFinding> check(Connection connection) throws SQLException {
        return new OwnershipCheck(this, connection).findings();
    }

    /**
     * How one knows whose a table's rows are, in words.
     *
     * @param table the table
     * @param kind the kind of owner
     * @return such as {@code ticket_id → ticket.site_id → site.customer_id}; empty if nothing is owned on that level
     */
    public String path(TableName table, IdKind<?> kind) {
        return new PathText(this, names).of(table, kind);
    }

    Names names() {
        return names;
    }
}
