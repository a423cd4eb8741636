package dev.tenantsafety.transfer;

import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the owners of a restore from other restores, which would find the same rows missing and write them too: where a table has no key,
 * nothing in the database would refuse that. Held by a connection, and so gone with a process that is killed.
 *
 * <p>In PostgreSQL these are advisory locks of the session (PostgreSQL documentation, "Advisory Locks"); in H2, rows that a transaction beside
 * the restore has inserted and never commits.
 */
final class OwnerLocks {

    /** More owners take one lock for all, as a server keeps some thousand locks in its memory. */
    private static final int EACH = 1000;

    private static final String ALL = "all owners";

    /** In the first statement that two runs at once might both need. */
    private static final String LEDGER = "the tables of the ledger";

    private static final String ROWS = "tenant_safety_transfer_owner";

    /** H2's code for a row that another transaction has locked, and for one that it has inserted meanwhile. */
    private static final List<Integer> LOCKED = List.of(50200, 90131, 23505);

    private final Connection target;
    private final List<Long> shared = new ArrayList<>();
    private final List<Long> exclusive = new ArrayList<>();
    private final @Nullable Borrowed beside;

    private OwnerLocks(Connection target, @Nullable Borrowed beside) {
        this.target = target;
        this.beside = beside;
    }

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Work<R> {
        R run() throws SQLException;
    }

    /**
     * Does something while it holds them.
     *
     * @param task whose owners
     * @param target to the live database; holds the locks of PostgreSQL, and has no transaction under way
     * @param work what
     * @return what it gives
     * @throws TransferRefusedException if another restore of one of them is under way
     */
    static <R> R holding(RestoreTask task, Connection target, Work<R> work) throws SQLException {
        boolean isPostgreSql = task.model().catalog().dialect() == Dialect.POSTGRESQL;
        OwnerLocks locks = new OwnerLocks(target, isPostgreSql ? null : Borrowed.toWrite(task.live()));
        R result;
        try {
            if (isPostgreSql) {
                locks.takeOfSession(task);
            } else {
                locks.takeRows(task);
            }
            result = work.run();
        } catch (SQLException | RuntimeException e) {
            try {
                locks.giveBack();
            } catch (SQLException givingBack) {
                e.addSuppressed(givingBack);
            }
            throw e;
        }
        locks.giveBack();
        return result;
    }

    /** What is locked, by the owner that it is locked for; a copy is for owners that are not there yet, and for what was asked. */
    private static Map<String, TypedId<?>> names(RestoreTask task) {
        Map<String, TypedId<?>> names = new LinkedHashMap<>();
        String copy = task.copy() == null ? "" : "copy " + task.request() + " ";
        for (TypedId<?> owner : task.units().ids()) {
            names.put(copy + owner.kind().prefix() + " " + Units.raw(owner), owner);
        }
        return names;
    }

    private void takeOfSession(RestoreTask task) throws SQLException {
        Map<String, TypedId<?>> names = names(task);
        boolean isEach = names.size() <= EACH;
        if (!isTaken(
                isEach ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock", ALL, isEach ? shared : exclusive)) {
            throw refusal(task.owners(), ALL);
        }
        if (isEach) {
            for (Map.Entry<String, TypedId<?>> name : names.entrySet()) {
                if (!isTaken("pg_try_advisory_lock", name.getKey(), exclusive)) {
                    throw refusal(name.getValue().toString(), name.getKey());
                }
            }
        }
        target.commit();
    }

    private boolean isTaken(String function, String name, List<Long> taken) throws SQLException {
        boolean isTaken = Query.of("select " + function + "(?)", key(name))
                .list(target, row -> row.getBoolean(1))
                .get(0);
        if (isTaken) {
            taken.add(key(name));
        }
        return isTaken;
    }

    private TransferRefusedException refusal(String owner, String name) throws SQLException {
        List<String> holders = Query.of(
                        "select 'process ' || a.pid || ', ' || a.usename || case when a.application_name = '' then '' else ', \"' || "
                                + "a.application_name || '\"' end || ', since ' || date_trunc('second', a.backend_start) "
                                + "from pg_locks l join pg_stat_activity a on a.pid = l.pid "
                                + "where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and a.pid <> pg_backend_pid() "
                                + "and l.database = (select oid from pg_database where datname = current_database()) "
                                + "and (l.classid::bigint << 32) | l.objid::bigint = ?",
                        key(name))
                .list(target, row -> row.getString(1));
        return refusal(owner, holders);
    }

    private static TransferRefusedException refusal(String owner, List<String> holders) {
        return new TransferRefusedException(
                "The restore is refused",
                List.of("Another restore of " + owner + " is under way"
                        + (holders.isEmpty() ? "" : " (" + String.join("; ", holders) + ")")
                        + ". Nothing was written; try again when it has ended."));
    }

    private static long key(String name) {
        return Copy.shortSha256(("tenant-safety restore: " + name).getBytes(StandardCharsets.UTF_8));
    }

    private void takeRows(RestoreTask task) throws SQLException {
        Connection rows = beside().connection();
        try (Statement statement = rows.createStatement()) {
            statement.execute("create table if not exists " + ROWS + " (owner varchar primary key)");
        }
        rows.commit();
        try (PreparedStatement insert = rows.prepareStatement("insert into " + ROWS + " values (?)")) {
            for (Map.Entry<String, TypedId<?>> name : names(task).entrySet()) {
                insert.setString(1, name.getKey());
                try {
                    insert.executeUpdate();
                } catch (SQLException e) {
                    if (LOCKED.contains(e.getErrorCode())) {
                        throw refusal(name.getValue().toString(), List.of());
                    }
                    throw e;
                }
            }
        }
    }

    private Borrowed beside() {
        return Objects.requireNonNull(beside);
    }

    /** Keeps another run from making the ledger's tables at the same moment, until the transaction ends. */
    static void keepLedger(Connection postgreSql) throws SQLException {
        Query.of("select pg_advisory_xact_lock(?)", key(LEDGER)).list(postgreSql, row -> true);
    }

    private void giveBack() throws SQLException {
        if (beside != null) {
            try {
                beside.connection().rollback();
            } finally {
                beside.close();
            }
            return;
        }
        target.rollback(); // of what failed; a lock of the session is given back in any transaction
        for (long key : exclusive) {
            Query.of("select pg_advisory_unlock(?)", key).list(target, row -> row.getBoolean(1));
        }
        for (long key : shared) {
            Query.of("select pg_advisory_unlock_shared(?)", key).list(target, row -> row.getBoolean(1));
        }
        target.commit();
    }
}
