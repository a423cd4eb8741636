package dev.tenantsafety.transfer;

import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.OwnedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Checksums of owners who were not named, before a restore and after it. */
final class Others {

    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    private final RestoreTask task;
    private final Connection live;
    private final List<String> owners;
    private final Map<String, Map<OwnedTable, Fingerprint>> before;

    private Others(RestoreTask task, Connection live, List<String> owners) throws SQLException {
        this.task = task;
        this.live = live;
        this.owners = owners;
        this.before = fingerprints();
    }

    /** Of so many others, picked at random; of all if there are fewer. */
    static Others pick(RestoreTask task, Connection live) throws SQLException {
        List<String> owners = new ArrayList<>();
        OwnedTable root = task.model().root(task.units().kind()).orElse(null);
        if (task.rules().othersChecked() > 0 && root != null) {
            String owner = task.model().select(root.name(), task.units().kind()).owner("t");
            owners.addAll(
                    Query.of("select " + owner + "::text from " + root.name().sql(POSTGRESQL) + " t where ("
                                    + UnitRows.owned(task.model(), root, task.units(), "t")
                                    + ") is not true order by random() limit "
                                    + task.rules().othersChecked())
                            .list(live, row -> row.getString(1)));
        }
        return new Others(task, live, owners);
    }

    /** How many are as they were, and how many changed meanwhile. */
    OthersChecked compare() throws SQLException {
        Map<String, Map<OwnedTable, Fingerprint>> after = fingerprints();
        long same = owners.stream()
                .filter(owner -> before.getOrDefault(owner, Map.of()).equals(after.getOrDefault(owner, Map.of())))
                .count();
        live.commit();
        return new OthersChecked((int) same, owners.size() - (int) same);
    }

    private Map<String, Map<OwnedTable, Fingerprint>> fingerprints() throws SQLException {
        Map<String, Map<OwnedTable, Fingerprint>> all = new HashMap<>();
        if (owners.isEmpty()) {
            return all;
        }
        String any = "= any ('{" + owners.stream().map(Others::element).collect(Collectors.joining(",")) + "}')";
        for (OwnedTable table : task.tables()) {
            String owner =
                    task.model().select(table.name(), task.units().kind()).owner("t");
            Query.of("select " + owner + "::text, count(*), sum(hashtextextended((t.*)::text, 0)::numeric) from "
                            + table.name().sql(POSTGRESQL) + " t where "
                            + task.model()
                                    .select(table.name(), task.units().kind())
                                    .where("t", any)
                            + " group by 1")
                    .list(live, row -> all.computeIfAbsent(row.getString(1), one -> new HashMap<>())
                            .put(table, new Fingerprint(row.getLong(2), row.getBigDecimal(3))));
        }
        return all;
    }

    /** As an element of an array's text: a key that the database gave may hold anything. */
    private static String element(String owner) {
        return "\"" + owner.replace("\\", "\\\\").replace("\"", "\\\"").replace("'", "''") + "\"";
    }
}
