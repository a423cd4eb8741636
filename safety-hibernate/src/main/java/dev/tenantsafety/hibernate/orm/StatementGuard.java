package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.guard.SqlBound;
import dev.tenantsafety.guard.SqlInsert;
import dev.tenantsafety.guard.SqlMove;
import dev.tenantsafety.guard.SqlRemoval;
import dev.tenantsafety.guard.SqlUnnamed;
import dev.tenantsafety.guard.SqlUpdate;
import dev.tenantsafety.guard.SqlWords;
import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.scope.CrossTenant;
import dev.tenantsafety.scope.CrossTenantReadOnlyException;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Sees each statement that Hibernate sends, and refuses native SQL that removes rows past the marks (DELETE, TRUNCATE, DROP, MERGE with
 * DELETE, ALTER TABLE that drops a column), that hands rows over or sets marks by hand (UPDATE), that takes a table out of sight (ALTER
 * TABLE … RENAME), that writes records of deletions, or of which the tables cannot be read. SQL that does not pass Hibernate
 * ({@code doWork}, JdbcTemplate) is not seen here. In work that may only read across tenants, each native statement is refused that writes
 * what is owned, protected or shared.
 */
final class StatementGuard implements StatementInspector {

    private static final long serialVersionUID = 1;

    /** By their first letters, as each statement is searched for them. */
    private static final Map<Character, List<String>> SUSPICIOUS = Map.of(
            'd', List.of("delete", "drop", "do"),
            't', List.of("truncate"),
            'u', List.of("update"),
            'i', List.of("insert"),
            'm', List.of("merge"),
            'r', List.of("replace", "runscript", "rename"),
            'c', List.of("create", "copy"),
            'a', List.of("alter"),
            'e', List.of("execute", "exec"),
            's', List.of("shutdown"));

    private static final int KEPT = 1000;
    private static final int LOWER_CASE = 0x20;

    private final transient @Nullable StatementInspector next;
    private final transient Map<String, GuardedTable> tables = new ConcurrentHashMap<>();

    /** Of the statement that each thread is about to prepare: Hibernate tells its listeners nothing of it. Absent for most. */
    private final transient ThreadLocal<Boolean> isCall = new ThreadLocal<>();

    /** Texts that were looked at, and whether there was anything to refuse. */
    private final transient Map<String, Boolean> known = new ConcurrentHashMap<>();

    /** Names of shared entities by their tables, and those of their collections. */
    private final transient Map<String, String> shared = new ConcurrentHashMap<>();

    /** Texts that were looked at, and the entity of which they would write a table; none if empty. */
    private final transient Map<String, String> writes = new ConcurrentHashMap<>();

    /** Statements that Hibernate made for an entity, of those that native SQL may not send. */
    private final transient Set<Made> hibernates = ConcurrentHashMap.newKeySet();

    StatementGuard(@Nullable StatementInspector next) {
        this.next = next;
    }

    void protect(String table, GuardedTable guarded) {
        tables.merge(SqlWords.lastName(table), guarded, GuardedTable::and);
    }

    /** Names a table that is for all: its rows are not written by who may only read. */
    void share(String table, String entity) {
        shared.putIfAbsent(SqlWords.lastName(table), entity);
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
        if (isRefused(sent) && !isHibernates(sent)) {
            throw Objects.requireNonNull(refusal(sent));
        }
        checkNotReadOnly(sent);
        return sent;
    }

    /**
     * Whether Hibernate made it. The statements of an entity are made once, and sent as the very same strings each time; what a program sends
     * is another string, even if it reads the same.
     */
    private boolean isHibernates(String sql) {
        if (hibernates.contains(new Made(sql))) {
            return true;
        }
        String maker = StatementOrigin.maker();
        if (StatementOrigin.isOfEntity(maker)) {
            if (hibernates.size() >= KEPT) {
                hibernates.clear();
            }
            hibernates.add(new Made(sql));
        }
        return StatementOrigin.isHibernates(maker);
    }

    /** One string, and no other that is equal. */
    private record Made(String sql) {

        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            return other instanceof Made made && made.sql == sql;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(sql);
        }
    }

    /** Depends on the scope, and is not kept with what is refused in each. */
    private void checkNotReadOnly(String sql) {
        CrossTenant.Grant grant = OpenScope.current().crossTenant().orElse(null);
        if (grant == null || grant.writing()) {
            return;
        }
        String entity = lookedAt(writes, sql, text -> isSuspicious(text) ? written(text) : "");
        if (!entity.isEmpty() && !StatementOrigin.isHibernates()) {
            throw new CrossTenantReadOnlyException(entity + ", by native SQL (" + shown(sql) + "),", grant);
        }
    }

    private String written(String sql) {
        List<String> named = new ArrayList<>();
        SqlUpdate.in(sql).forEach(update -> named.addAll(update.tables()));
        SqlInsert.in(sql).forEach(insert -> named.add(insert.table()));
        SqlRemoval.in(sql).forEach(removal -> named.addAll(removal.tables()));
        SqlMove.in(sql).forEach(move -> named.addAll(move.tables()));
        for (String table : named) {
            GuardedTable guarded = tables.get(table);
            String entity = guarded == null ? shared.get(table) : guarded.entity();
            if (entity != null) {
                return entity;
            }
        }
        return "";
    }

    /** As Hibernate calls procedures, and functions that return a table. */
    private static boolean isCall(String sql) {
        return sql.startsWith("{")
                || sql.regionMatches(true, 0, "call", 0, 4)
                || (sql.startsWith("select * from ") && StatementOrigin.isProcedureCall());
    }

    /** Whether native SQL with this text is refused. What Hibernate made may have the same. */
    private boolean isRefused(String sql) {
        return lookedAt(known, sql, text -> isSuspicious(text) && refusal(text) != null);
    }

    /** What was found of a text, which is looked at once. */
    private static <V> V lookedAt(Map<String, V> texts, String sql, Function<String, V> look) {
        V found = texts.get(sql);
        if (found == null) {
            if (texts.size() >= KEPT) {
                texts.clear();
            }
            found = look.apply(sql);
            texts.put(sql, found);
        }
        return found;
    }

    /** Without looking closely: whether one of the words is there, not as part of a name such as deleted_at. */
    private static boolean isSuspicious(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            for (String word : SUSPICIOUS.getOrDefault((char) (sql.charAt(i) | LOWER_CASE), List.of())) {
                if (sql.regionMatches(true, i, word, 0, word.length()) && isEndOfName(sql, i + word.length())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isEndOfName(String sql, int at) {
        return at >= sql.length() || !(Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_');
    }

    private @Nullable TenantSafetyException refusal(String sql) {
        if (tables.isEmpty()) {
            return null;
        }
        TenantSafetyException refusal = removal(sql);
        refusal = refusal == null ? change(sql) : refusal;
        refusal = refusal == null ? insert(sql) : refusal;
        refusal = refusal == null ? move(sql) : refusal;
        return refusal == null ? unnamed(sql) : refusal;
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
        String owner = first(guarded.owners(), update);
        if (owner != null) {
            return new ForeignRowException("UPDATE by native SQL would set column " + owner + " of " + guarded.entity()
                    + ", which is part of the row's owner, path or key. Change the entity in a session, or run a "
                    + "migration outside Hibernate. Refused: " + shown(sql));
        }
        String kind = first(guarded.kinds(), update);
        if (kind != null) {
            return new ForeignRowException("UPDATE by native SQL would set column " + kind + " of " + guarded.entity()
                    + ", the discriminator: the row would become one of another entity. Insert a new row, or run a migration "
                    + "outside Hibernate. Refused: " + shown(sql));
        }
        String mark = first(guarded.marks(), update);
        if (mark != null) {
            return new MarkedException("UPDATE by native SQL would set column " + mark + " of " + guarded.entity()
                    + ", which only deletions and undo write. Call remove(…), Deletions.mark(…) or undo. Refused: "
                    + shown(sql));
        }
        return null;
    }

    private static @Nullable String first(Set<String> columns, SqlUpdate update) {
        return columns.stream()
                .filter(column ->
                        update.columns().contains(column) || update.columns().contains(SqlUpdate.ALL))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private @Nullable TenantSafetyException insert(String sql) {
        for (SqlInsert insert : SqlInsert.in(sql)) {
            GuardedTable guarded = tables.get(insert.table());
            if (guarded != null && guarded.isRecords()) {
                return new MarkedException("INSERT by native SQL would forge a " + guarded.entity()
                        + ", which only deletions and undo write. Call remove(…) or Deletions.mark(…). Refused: "
                        + shown(sql));
            }
        }
        return null;
    }

    private @Nullable TenantSafetyException move(String sql) {
        for (SqlMove move : SqlMove.in(sql)) {
            for (String table : move.tables()) {
                GuardedTable guarded = tables.get(table);
                if (guarded != null) {
                    return new HardDeleteRefusedException(move.act() + " by native SQL would take rows or columns of "
                            + guarded.entity()
                            + " out of the guard. Run it as a migration, outside Hibernate. Refused: "
                            + shown(sql));
                }
            }
        }
        return null;
    }

    private static @Nullable TenantSafetyException unnamed(String sql) {
        List<String> unnamed = SqlUnnamed.in(sql);
        return unnamed.isEmpty()
                ? null
                : new HardDeleteRefusedException(unnamed.get(0) + " by native SQL does not show which tables it "
                        + "changes, and these may be guarded. Run it as a migration, outside Hibernate, or write out the "
                        + "statement. Refused: " + shown(sql));
    }

    private @Nullable HardDeleteRefusedException removal(String sql) {
        for (SqlRemoval removal : SqlRemoval.in(sql)) {
            for (String table : removal.tables()) {
                GuardedTable guarded = tables.get(table);
                if (guarded != null && (guarded.isProtected() || !SqlBound.isBounded(removal, this::keys))) {
                    return refusal(guarded, removal.act(), sql);
                }
            }
        }
        return null;
    }

    private Set<Set<String>> keys(String table) {
        GuardedTable guarded = tables.get(table);
        return guarded == null ? Set.of() : guarded.keys();
    }

    private static HardDeleteRefusedException refusal(GuardedTable guarded, SqlRemoval.Act act, String sql) {
        String what = act == SqlRemoval.Act.ALTER ? "columns" : "rows";
        boolean isDelete = act == SqlRemoval.Act.DELETE && !guarded.isProtected();
        return new HardDeleteRefusedException(act + " by native SQL would remove " + what + " of " + guarded.entity()
                + (guarded.isProtected() ? " for good" : " for good, of any owner")
                + ". "
                + (isDelete ? "Add to its WHERE, with AND: " + guarded.condition() + ". Otherwise use" : "Use")
                + " remove(…), which marks what can be marked, or Deletions.mark(…) for many. Refused: "
                + shown(sql));
    }

    private static String shown(String sql) {
        String shown = sql.length() <= 200 ? sql : sql.substring(0, 200) + "…";
        return shown.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }
}
