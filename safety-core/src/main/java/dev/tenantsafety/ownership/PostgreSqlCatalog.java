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

/**
 * Reads {@code pg_catalog}, and not the information schema, which hides what the user does not own and does not know partitions
 * (PostgreSQL documentation, "System Catalogs").
 */
final class PostgreSqlCatalog implements CatalogReader {

    /** The tables of the schema; a partition is not one of its own. */
    private static final String TABLES = """
            select c.oid, c.relname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relkind in ('r', 'p', 'f') and not c.relispartition
            """;

    private static final String COLUMNS = """
            select c.oid, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
                   pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
                   coalesce(pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname),
                            (select format('%I.%I', sn.nspname, s.relname)
                             from pg_depend u join pg_class s on s.oid = u.refobjid join pg_namespace sn on sn.oid = s.relnamespace
                             where u.classid = 'pg_attrdef'::regclass and u.objid = d.oid
                               and u.refclassid = 'pg_class'::regclass and s.relkind = 'S'
                               and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                               and pg_get_expr(d.adbin, d.adrelid) like 'nextval(%::regclass)'))
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where n.nspname = ? and c.relkind in ('r', 'p', 'f') and not c.relispartition
              and a.attnum > 0 and not a.attisdropped
            order by c.oid, a.attnum
            """;

    private static final String FOREIGN_KEYS = """
            select k.conrelid, k.conname, tn.nspname, t.relname, k.confdeltype, k.condeferrable,
                   array(select a.attname::text from unnest(k.conkey) with ordinality u(num, pos)
                         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by u.pos),
                   array(select a.attname::text from unnest(k.confkey) with ordinality u(num, pos)
                         join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by u.pos)
            from pg_constraint k
            join pg_class c on c.oid = k.conrelid
            join pg_namespace n on n.oid = c.relnamespace
            join pg_class t on t.oid = k.confrelid
            join pg_namespace tn on tn.oid = t.relnamespace
            where n.nspname = ? and k.contype = 'f' and k.conparentid = 0 and not c.relispartition
            order by k.conname
            """;

    /** {@code indnullsnotdistinct} came with version 15; asked through JSON it is simply not there before. */
    private static final String INDEXES = """
            select i.indrelid, x.relname, i.indisunique, i.indisprimary, coalesce(k.condeferrable, false),
                   coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
                   pg_get_expr(i.indpred, i.indrelid),
                   array(select coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, u.pos::int, true))
                         from generate_series(1, i.indnkeyatts) u(pos)
                         left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[u.pos - 1]
                              and i.indkey[u.pos - 1] <> 0
                         order by u.pos)
            from pg_index i
            join pg_class x on x.oid = i.indexrelid
            join pg_class c on c.oid = i.indrelid
            join pg_namespace n on n.oid = c.relnamespace
            left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
            where n.nspname = ? and c.relkind in ('r', 'p') and not c.relispartition and i.indisvalid
            order by x.relname
            """;

    /** The bits of {@code tgtype} stand in PostgreSQL's {@code catalog/pg_trigger.h}: 4 for insert, 16 for update. */
    private static final String TRIGGERS = """
            select t.tgrelid, t.tgname, pg_get_triggerdef(t.oid), (t.tgtype & 4) <> 0, (t.tgtype & 16) <> 0,
                   t.tgenabled in ('O', 'A')
            from pg_trigger t
            join pg_class c on c.oid = t.tgrelid
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and not t.tgisinternal and not c.relispartition
            order by t.tgname
            """;

    private static final String PARTITIONS = """
            with recursive part(root, oid) as (
                select c.oid, i.inhrelid from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_inherits i on i.inhparent = c.oid
                where n.nspname = ? and c.relkind = 'p' and not c.relispartition
                union all
                select p.root, i.inhrelid from part p join pg_inherits i on i.inhparent = p.oid)
            select p.root, n.nspname, c.relname
            from part p join pg_class c on c.oid = p.oid join pg_namespace n on n.oid = c.relnamespace
            where c.relkind <> 'p'
            order by n.nspname, c.relname
            """;

    /** Which tables inherit from one that is no partitioned table; those that inherit from them inherit from it too. */
    private static final String HEIRS = """
            with recursive heir(root, oid) as (
                select c.oid, i.inhrelid from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_inherits i on i.inhparent = c.oid
                where n.nspname = ? and c.relkind in ('r', 'f') and not c.relispartition
                union
                select h.root, i.inhrelid from heir h join pg_inherits i on i.inhparent = h.oid)
            select h.root, n.nspname, c.relname
            from heir h join pg_class c on c.oid = h.oid join pg_namespace n on n.oid = c.relnamespace
            order by n.nspname, c.relname
            """;

    private final Connection connection;

    PostgreSqlCatalog(Connection connection) {
        this.connection = connection;
    }

    @Override
    public List<String> schemas() throws SQLException {
        return Query.of("select nspname from pg_namespace where nspname !~ '^pg_(toast|temp)' order by nspname")
                .list(connection, row -> row.getString(1));
    }

    @Override
    public List<Table> tables(String schema) throws SQLException {
        TableParts<Long> parts = new TableParts<>(
                Grouped.by(columns(schema)),
                Grouped.by(foreignKeys(schema)),
                Grouped.by(indexes(schema)),
                Grouped.by(triggers(schema)),
                Grouped.by(tables(PARTITIONS, schema)),
                Grouped.by(tables(HEIRS, schema)));
        return Query.of(TABLES, schema)
                .list(connection, row -> parts.of(row.getLong(1), new TableName(schema, row.getString(2))));
    }

    private List<Grouped<Long, Column>> columns(String schema) throws SQLException {
        return Query.of(COLUMNS, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getLong(1),
                                new Column(
                                        row.getString(2),
                                        row.getString(3),
                                        row.getBoolean(4),
                                        row.getString(5),
                                        generation(row.getString(6), row.getString(7)),
                                        row.getString(8))));
    }

    private static Generation generation(String identity, String generated) {
        if (!generated.isEmpty()) {
            return Generation.COMPUTED;
        }
        return switch (identity) {
            case "a" -> Generation.IDENTITY_ALWAYS;
            case "d" -> Generation.IDENTITY_BY_DEFAULT;
            default -> Generation.NONE;
        };
    }

    private List<Grouped<Long, ForeignKey>> foreignKeys(String schema) throws SQLException {
        return Query.of(FOREIGN_KEYS, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getLong(1),
                                new ForeignKey(
                                        row.getString(2),
                                        Query.texts(row, 7),
                                        new TableName(row.getString(3), row.getString(4)),
                                        Query.texts(row, 8),
                                        onDelete(row.getString(5)),
                                        row.getBoolean(6))));
    }

    private static OnDelete onDelete(String action) {
        return switch (action) {
            case "c" -> OnDelete.CASCADE;
            case "n" -> OnDelete.SET_NULL;
            case "d" -> OnDelete.SET_DEFAULT;
            default -> OnDelete.REFUSE;
        };
    }

    private List<Grouped<Long, FoundIndex>> indexes(String schema) throws SQLException {
        return Query.of(INDEXES, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getLong(1),
                                new FoundIndex(
                                        new Index(
                                                row.getString(2),
                                                Query.texts(row, 8),
                                                row.getBoolean(3),
                                                row.getString(7)),
                                        row.getBoolean(4),
                                        row.getBoolean(5),
                                        row.getBoolean(6))));
    }

    private List<Grouped<Long, Trigger>> triggers(String schema) throws SQLException {
        return Query.of(TRIGGERS, schema)
                .list(
                        connection,
                        row -> new Grouped<>(
                                row.getLong(1),
                                new Trigger(
                                        row.getString(2),
                                        row.getString(3),
                                        row.getBoolean(4),
                                        row.getBoolean(5),
                                        row.getBoolean(6))));
    }

    private List<Grouped<Long, TableName>> tables(String which, String schema) throws SQLException {
        return Query.of(which, schema)
                .list(
                        connection,
                        row -> new Grouped<>(row.getLong(1), new TableName(row.getString(2), row.getString(3))));
    }
}
