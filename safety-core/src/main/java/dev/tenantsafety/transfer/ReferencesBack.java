package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.Catalog.Column;
import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sets references of others' rows back to the owners' rows that come back: where the row is there, its reference is null, and it has not
 * changed otherwise. Nothing else of others is written.
 */
final class ReferencesBack {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;
    private static final String STAGE = "tenant_safety_references";

    private final RestoreTask task;
    private final Connection target;
    private final Map<ReferenceIn.Way, List<ReferenceIn>> ways = new LinkedHashMap<>();

    /** What is not set back, a sentence each. */
    private final Set<String> unset = new LinkedHashSet<>();

    ReferencesBack(RestoreTask task, RowSource source, Connection target) throws SQLException {
        this.task = task;
        this.target = target;
        unset.addAll(source.unrecordedReferencesIn(task.units()));
        for (ReferenceIn reference : source.referencesIn(task.units())) {
            if (isKnown(reference.way())) {
                ways.computeIfAbsent(reference.way(), way -> new ArrayList<>()).add(reference);
            } else {
                unset.add(
                        "A row of " + reference.way().table() + " pointed through "
                                + reference.way().columns()
                                + " at rows that come back. The live database has no such foreign key or columns; it is left as it is.");
            }
        }
    }

    private Optional<OwnedTable> table(ReferenceIn.Way way) {
        return task.model().find(way.table());
    }

    private boolean isKnown(ReferenceIn.Way way) {
        List<String> columns = table(way).stream()
                .flatMap(table -> table.table().columns().stream())
                .map(Column::name)
                .toList();
        return columns.containsAll(way.others())
                && ReferencesIn.ways(task.model(), task.units().kind()).stream()
                        .anyMatch(reference -> reference.table().equals(way.table())
                                && reference.columns().equals(way.columns()));
    }

    /**
     * What becomes of references of one way.
     *
     * @param toSet they are null, and are set back
     * @param asWas they point where they pointed
     * @param changed the row has changed since, and stays
     * @param gone the row is not there
     */
    private record Found(long toSet, long asWas, long changed, long gone) {}

    /** What would be done, in a sentence for each way; writes nothing. */
    List<String> plan() throws SQLException {
        List<String> sentences = new ArrayList<>(unset);
        for (Map.Entry<ReferenceIn.Way, List<ReferenceIn>> entry : ways.entrySet()) {
            stage(entry.getValue());
            sentences.add(sentence(entry.getKey(), look(entry.getKey())));
            target.rollback();
        }
        return sentences;
    }

    /** Sets them back, each way in a transaction of its own. The sentences say what was found before. */
    List<String> write() throws SQLException {
        List<String> sentences = new ArrayList<>(unset);
        for (Map.Entry<ReferenceIn.Way, List<ReferenceIn>> entry : ways.entrySet()) {
            try {
                sentences.add(write(entry.getKey(), entry.getValue()));
                target.commit();
            } catch (SQLException | RuntimeException e) {
                target.rollback();
                throw e;
            }
        }
        return sentences;
    }

    private String write(ReferenceIn.Way way, List<ReferenceIn> references) throws SQLException {
        RestoreWrite.announce(target);
        Written before = Written.of(target);
        stage(references);
        Found found = look(way);
        long written;
        try (Statement statement = target.createStatement()) {
            written = statement.executeLargeUpdate(update(way));
        }
        TableCount count = new TableCount(way.table(), 0, found.toSet(), 0, 0);
        List<String> reasons = new ArrayList<>();
        if (written != found.toSet()) {
            reasons.add("Somebody else writes the same rows. Execute again.");
        }
        reasons.addAll(Written.of(target)
                .beyond(before, List.of(count), List.of(table(way).orElseThrow()), task)
                .reasons());
        if (!reasons.isEmpty()) {
            throw new TransferRefusedException(
                    "The restore stops where references of others are set back; of " + way.table()
                            + " nothing was kept",
                    reasons);
        }
        return sentence(way, found);
    }

    private static String sentence(ReferenceIn.Way way, Found found) {
        return "Rows of others, of " + way.table() + ", point through " + String.join(", ", way.columns())
                + " at rows that come back: " + found.toSet() + " to set back, " + found.asWas() + " as they were, "
                + found.changed() + " changed since and stay, " + found.gone() + " gone.";
    }

    private void stage(List<ReferenceIn> references) throws SQLException {
        PostgreSql.settle(target);
        try (Statement statement = target.createStatement()) {
            statement.execute("drop table if exists pg_temp." + STAGE);
            statement.execute("create temporary table " + STAGE + " (k text[], v text[], digest text) on commit drop");
        }
        try (PreparedStatement insert =
                target.prepareStatement("insert into " + STAGE + " values (?::text[], ?::text[], ?)")) {
            for (ReferenceIn reference : references) {
                insert.setString(1, reference.key());
                insert.setString(2, reference.values());
                insert.setString(3, reference.digest());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private Found look(ReferenceIn.Way way) throws SQLException {
        String key = "l." + POSTGRESQL.quote(key(way).get(0));
        String isThere = key + " is not null";
        String isSame = isThere + " and " + ReferencesIn.digest("l", way.others()) + " = s.digest";
        String asWas = isThere + " and " + pairs(way, "l", " and ");
        return Query.of("select count(*) filter (where " + isSame + " and " + isNull(way) + "), "
                        + "count(*) filter (where " + asWas + "), count(*) filter (where " + key
                        + " is null), count(*) from "
                        + STAGE + " s left join " + way.table().sql(POSTGRESQL) + " l on " + matches(way))
                .list(
                        target,
                        row -> new Found(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(4) - row.getLong(1) - row.getLong(2) - row.getLong(3),
                                row.getLong(3)))
                .get(0);
    }

    private String update(ReferenceIn.Way way) {
        return "update " + way.table().sql(POSTGRESQL) + " l set "
                + pairs(way, "", ", ") + " from " + STAGE + " s where " + matches(way)
                + " and " + isNull(way) + " and " + ReferencesIn.digest("l", way.others()) + " = s.digest";
    }

    private List<String> key(ReferenceIn.Way way) {
        return table(way).orElseThrow().table().key();
    }

    private String type(ReferenceIn.Way way, String column) {
        return table(way)
                .flatMap(table -> table.table().find(column))
                .map(Column::type)
                .orElseThrow();
    }

    /** One column is null, and none points elsewhere: a deletion may set some to null, such as those that others need not have. */
    private String isNull(ReferenceIn.Way way) {
        Columns columns = new Columns("l", way.columns());
        return "not (" + columns.areSet() + ") and "
                + IntStream.range(0, way.columns().size())
                        .mapToObj(i -> "(" + columns.at(i) + " is null or " + staged(way, columns, "v", i) + ")")
                        .collect(Collectors.joining(" and "));
    }

    private String pairs(ReferenceIn.Way way, String alias, String between) {
        return values(way, new Columns(alias, way.columns()), "v", between);
    }

    private String matches(ReferenceIn.Way way) {
        return values(way, new Columns("l", key(way)), "k", " and ");
    }

    /** Columns and what is staged for them as elements of an array of texts. */
    private String values(ReferenceIn.Way way, Columns columns, String array, String between) {
        return IntStream.range(0, columns.names().size())
                .mapToObj(i -> staged(way, columns, array, i))
                .collect(Collectors.joining(between));
    }

    private String staged(ReferenceIn.Way way, Columns columns, String array, int index) {
        return columns.at(index) + " = s." + array + "[" + (index + 1) + "]::"
                + type(way, columns.names().get(index));
    }
}
