package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.guard.SqlRemoval;
import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Sees each statement that Hibernate sends, and refuses those that remove rows past the marks: native DELETE, TRUNCATE, DROP,
 * MERGE with DELETE, and ALTER TABLE that drops a column. SQL that does not pass Hibernate ({@code doWork}, JdbcTemplate) is not seen here.
 */
final class StatementGuard implements StatementInspector {

    private static final long serialVersionUID = 1;

    private static final List<String> SUSPICIOUS = List.of("delete", "truncate", "drop");
    private static final int KEPT = 1000;

    private final transient @Nullable StatementInspector next;
    private final transient Map<String, GuardedTable> tables = new ConcurrentHashMap<>();

    /** Those that were looked at and found harmless. */
    private final transient Set<String> harmless = ConcurrentHashMap.newKeySet();

    /**
     * A table whose rows are not to be removed just so.
     *
     * @param entity for the message
     * @param isProtected whether its rows are only ever marked
     * @param keys columns of which a DELETE must name one, or it would reach the rows of all owners
     */
    record GuardedTable(String entity, boolean isProtected, Set<String> keys) {}

    StatementGuard(@Nullable StatementInspector next) {
        this.next = next;
    }

    void protect(String table, GuardedTable guarded) {
        tables.put(SqlWords.lastName(table), guarded);
    }

    @Override
    public String inspect(String sql) {
        String sent = next == null ? sql : next.inspect(sql);
        if (isSuspicious(sent) && !harmless.contains(sent)) {
            HardDeleteRefusedException refusal = refusal(sent);
            if (refusal != null) {
                if (StatementOrigin.isHibernates()) {
                    return sent; // and is asked again: native SQL may have the same text
                }
                throw refusal;
            }
            if (harmless.size() >= KEPT) {
                harmless.clear();
            }
            harmless.add(sent);
        }
        return sent;
    }

    /** Without looking closely: whether one of the words is there, not as part of a name such as deleted_at. */
    private static boolean isSuspicious(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            int c = sql.charAt(i) | 0x20;
            if (c == 'd' || c == 't') {
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

    private @Nullable HardDeleteRefusedException refusal(String sql) {
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
        String shown = sql.length() <= 200 ? sql : sql.substring(0, 200) + "…";
        String what = act == SqlRemoval.Act.ALTER ? "columns" : "rows";
        return new HardDeleteRefusedException(act + " by native SQL would remove " + what + " of " + guarded.entity()
                + " for good" + (guarded.isProtected() ? "" : ", whosever they are")
                + ". Use remove(…), which marks what can be marked, or Deletions.mark(…) for many. Refused: "
                + shown.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "));
    }
}
