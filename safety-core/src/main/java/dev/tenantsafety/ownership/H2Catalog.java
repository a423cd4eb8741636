package dev.tenantsafety.ownership;

import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.Catalog.ForeignKey;
import dev.tenantsafety.ownership.Catalog.Generation;
import dev.tenantsafety.ownership.Catalog.Index;
import dev.tenantsafety.ownership.Catalog.OnDelete;
import dev.tenantsafety.ownership.Catalog.Table;
import dev.tenantsafety.ownership.Catalog.Trigger;
import dev.tenantsafety.ownership.TableParts.FoundIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads H2's information schema, which knows what H2 has beyond the standard too. */
final class H2Catalog implements CatalogReader {

    private static final String COLUMNS = """
            select table_name, column_name,
                   data_type_sql(table_schema, table_name, 'TABLE', dtd_identifier), is_nullable = 'YES',
                   coalesce(generation_expression, column_default), identity_generation, is_generated = 'ALWAYS'
            from information_schema.columns where table_schema = ?
            order by table_name, ordinal_position
            """;

    private static final String FOREIGN_KEYS = """
            select k.table_name, k.constraint_name, u.table_schema, u.table_name, r.delete_rule,
                   (select array_agg(c.column_name order by c.ordinal_position)
                    from information_schema.key_column_usage c
                    where c.constraint_schema = k.constraint_schema and c.constraint_name = k.constraint_name),
                   (select array_agg(t.column_name order by c.ordinal_position)
                    from information_schema.key_column_usage c
                    join information_schema.key_column_usage t
                      on t.constraint_schema = r.unique_constraint_schema and t.constraint_name = r.unique_constraint_name
                     and t.ordinal_position = c.position_in_unique_constraint
                    where c.constraint_schema = k.constraint_schema and c.constraint_name = k.constraint_name)
            from information_schema.table_constraints k
            join information_schema.referential_constraints r
              on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
            join information_schema.table_constraints u
              on u.constraint_schema = r.unique_constraint_schema and u.constraint_name = r.unique_constraint_name
            where k.table_schema = ? and k.constraint_type = 'FOREIGN KEY'
            order by k.constraint_name
            """;

    private static final String INDEXES = """
            select i.table_name, i.index_name, i.index_type_name,
                   (select array_agg(c.column_name order by c.ordinal_position)
                    from information_schema.index_columns c
                    where c.index_schema = i.index_schema and c.index_name = i.index_name
                      and (c.is_unique or i.index_type_name not like '%UNIQUE%')),
                   coalesce(i.nulls_distinct, 'YES') = 'NO'
            from information_schema.indexes i where i.table_schema = ?
            order by i.index_name
            """;

    /** One row there for each event of a trigger. */
    private static final String TRIGGERS = """
            select event_object_table, trigger_name,
                   max(action_timing) || ' ' || listagg(event_manipulation, ' or ') within group (order by event_manipulation)
                       || ' call ' || max(java_class),
                   bool_or(event_manipulation = 'INSERT'), bool_or(event_manipulation = 'UPDATE')
            from information_schema.triggers where event_object_schema = ?
            group by event_object_table, trigger_name
            order by trigger_name
            """;

    private final Connection connection;

    H2Catalog(Connection connection) {
        this.connection = connection;
    }

    @Override
    public List<String> schemas() throws SQLException {
        return Query.of("select schema_name from information_schema.schemata order by schema_name")
                .list(connection, row -> row.getString(1));
    }

    @Override
    public List<Table> tables(String schema) throws SQLException {
        TableParts<String> parts = new TableParts<>(
                Grouped.by(columns(schema)),
                Grouped.by(foreignKeys(schema)),
                Grouped.by(indexes(schema)),
                Grouped.by(triggers(schema)),
                Map.of(),
                Map.of());
        String tables =
                "select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE'";
        return Query.of(tables, schema)
                .list(connection, row -> parts.of(row.getString(1), new TableName(schema, row.getString(1))));
    }

    private List<Grouped<String, Column>> columns(String schema) throws SQLException {
        return Query.of(COLUMNS, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getString(1),
                                new Column(
                                        row.getString(2),
                                        row.getString(3),
                                        row.getBoolean(4),
                                        row.getString(5),
                                        generation(row.getString(6), row.getBoolean(7)),
                                        null)));
    }

    private static Generation generation(@Nullable String identity, boolean computed) {
        if (computed) {
            return Generation.COMPUTED;
        }
        if (identity == null) {
            return Generation.NONE;
        }
        return identity.equals("ALWAYS") ? Generation.IDENTITY_ALWAYS : Generation.IDENTITY_BY_DEFAULT;
    }

    private List<Grouped<String, ForeignKey>> foreignKeys(String schema) throws SQLException {
        return Query.of(FOREIGN_KEYS, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getString(1),
                                new ForeignKey(
                                        row.getString(2),
                                        Query.texts(row, 6),
                                        new TableName(row.getString(3), row.getString(4)),
                                        Query.texts(row, 7),
                                        onDelete(row.getString(5)),
                                        false)));
    }

    private static OnDelete onDelete(String rule) {
        return switch (rule) {
            case "CASCADE" -> OnDelete.CASCADE;
            case "SET NULL" -> OnDelete.SET_NULL;
            case "SET DEFAULT" -> OnDelete.SET_DEFAULT;
            default -> OnDelete.REFUSE;
        };
    }

    private List<Grouped<String, FoundIndex>> indexes(String schema) throws SQLException {
        return Query.of(INDEXES, schema).list(connection, row -> {
            String kind = row.getString(3);
            boolean primary = kind.contains("PRIMARY");
            return new Grouped<>(
                    row.getString(1),
                    new FoundIndex(
                            new Index(row.getString(2), Query.texts(row, 4), primary || kind.contains("UNIQUE"), null),
                            primary,
                            false,
                            row.getBoolean(5)));
        });
    }

    private List<Grouped<String, Trigger>> triggers(String schema) throws SQLException {
        return Query.of(TRIGGERS, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getString(1),
                                new Trigger(
                                        row.getString(2),
                                        row.getString(3),
                                        row.getBoolean(4),
                                        row.getBoolean(5),
                                        true)));
    }
}
