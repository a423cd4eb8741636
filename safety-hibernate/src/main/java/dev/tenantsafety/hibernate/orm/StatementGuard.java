package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.guard.SqlRemoval;
import dev.tenantsafety.guard.SqlUpdate;
import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MarkedException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Sees each statement that Hibernate sends, and refuses those that remove rows past the marks (native DELETE, TRUNCATE, DROP, MERGE with
 * DELETE, and ALTER TABLE that drops a column) and those that hand rows over or set marks by hand (native UPDATE). SQL that does not pass
 * Hibernate ({@code doWork}, JdbcTemplate) is not seen here.
 */
final class StatementGuard implements StatementInspector {

    private static final long serialVersionUID = 1;

    private static final List<String> SUSPICIOUS = List.of("delete", "truncate", "drop", "update");
    private static final int KEPT = 1000;

    private final transient @Nullable StatementInspector next;
    private final transient Map<String, GuardedTable> tables = new ConcurrentHashMap<>();

    /** Of the statement that each thread is about to prepare: Hibernate tells its listeners nothing of it. Absent for most. */
    private final transient ThreadLocal<Boolean> isCall = new ThreadLocal<>();

    /** Texts that were looked at, and whether there was anything to refuse. */
    private final transient Map<String, Boolean> known = new ConcurrentHashMap<>();

    /**
     * A table whose rows are not to be removed just so.
     *
     * @param entity for the message
     * @param isProtected whether its rows are only ever marked
     * @param keys columns of which a DELETE must name one, or it would reach the rows of all owners
     * @param owners columns that say whose a row is, of which none is to be updated
     * @param marks columns that say whether a row is marked, of which none is to be updated
     */
    record GuardedTable(String entity, boolean isProtected, Set<String> keys, Set<String> owners, Set<String> marks) {}

    StatementGuard(@Nullable StatementInspector next) {
        this.next = next;
    }

    void protect(String table, GuardedTable guarded) {
        tables.put(SqlWords.lastName(table), guarded);
    }

    /** Whether the statement that this thread is about to prepare calls a stored procedure. */
    boolean wasCall() {
        return Boolean.TRUE.equals(isCall.get());
    }

    @Override
    public String inspect(String sql) {
        String sent = next == null ? sql : next.inspect(sql);
        if (isCall(sent)) {
            isCall.set(true);
        } else if (isCall.get() != null) {
            isCall.remove();
        }
        if (isSuspicious(sent) && isRefused(sent) && !StatementOrigin.isHibernates()) {
            throw Objects.requireNonNull(refusal(sent));
        }
        return sent;
    }

    /** As Hibernate calls procedures, and functions that return a table. */
    private static boolean isCall(String sql) {
        return sql.startsWith("{")
                || sql.regionMatches(true, 0, "call", 0, 4)
                || (sql.startsWith("select * from ") && StatementOrigin.isProcedureCall());
    }

    /** Whether native SQL with this text is refused. What Hibernate made may have the same. */
    private boolean isRefused(String sql) {
        Boolean seen = known.get(sql);
        if (seen == null) {
            if (known.size() >= KEPT) {
                known.clear();
            }
            seen = refusal(sql) != null;
            known.put(sql, seen);
        }
        return seen;
    }

    /** Without looking closely: whether one of the words is there, not as part of a name such as deleted_at. */
    private static boolean isSuspicious(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            int c = sql.charAt(i) | 0x20;
            if (c == 'd' || c == 't' || c == 'u') {
                for (String word : SUSPICIOUS) {
                    if (sql.regionMatches(true, i, word, 0, word.length()) && isEndOfName(sql, i + word.length())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isEndOfName(String sql, int at) {
        return at >= sql.length() || !(Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_');
    }

    private @Nullable TenantSafetyException refusal(String sql) {
        HardDeleteRefusedException removal = removal(sql);
        return removal == null ? change(sql) : removal;
    }

    private @Nullable TenantSafetyException change(String sql) {
        for (SqlUpdate update : SqlUpdate.in(sql)) {
            for (String table : update.tables()) {
                GuardedTable guarded = tables.get(table);
                TenantSafetyException refusal = guarded == null ? null : change(guarded, update, sql);
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return null;
    }

    private static @Nullable TenantSafetyException change(GuardedTable guarded, SqlUpdate update, String sql) {
        for (String column : update.columns()) {
            String what = "UPDATE by native SQL would set " + guarded.entity() + "'s column " + column + ", which ";
            if (guarded.owners().contains(column)) {
                return new ForeignRowException(
                        what + "says whose its rows are. Change entities, which is checked; a migration "
                                + "does it past Hibernate. Refused: " + shown(sql));
            }
            if (guarded.marks().contains(column)) {
                return new MarkedException(what + "only deletions and their undoing set. Use remove(…), "
                        + "Deletions.mark(…) and undo. Refused: " + shown(sql));
            }
        }
        return null;
    }

    private @Nullable HardDeleteRefusedException removal(String sql) {
        for (SqlRemoval removal : SqlRemoval.in(sql)) {
            for (String table : removal.tables()) {
                GuardedTable guarded = tables.get(table);
                boolean isBounded = guarded != null
                        && !guarded.isProtected()
                        && removal.act() == SqlRemoval.Act.DELETE
                        && guarded.keys().stream().anyMatch(removal.names()::contains);
                if (guarded != null && !isBounded) {
                    return refusal(guarded, removal.act(), sql);
                }
            }
        }
        return null;
    }

    private static HardDeleteRefusedException refusal(GuardedTable guarded, SqlRemoval.Act act, String sql) {
        String what = act == SqlRemoval.Act.ALTER ? "columns" : "rows";
        return new HardDeleteRefusedException(act + " by native SQL would remove " + what + " of " + guarded.entity()
                + " for good" + (guarded.isProtected() ? "" : ", whosever they are")
                + ". Use remove(…), which marks what can be marked, or Deletions.mark(…) for many. Refused: "
                + shown(sql));
    }

    private static String shown(String sql) {
        String shown = sql.length() <= 200 ? sql : sql.substring(0, 200) + "…";
        return shown.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }
}
