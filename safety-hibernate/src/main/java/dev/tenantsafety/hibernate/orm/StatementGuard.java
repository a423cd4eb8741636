package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Sees each statement that Hibernate sends, and refuses those that remove rows past the marks: native DELETE, TRUNCATE, DROP
 * and MERGE with DELETE. SQL that does not pass Hibernate ({@code doWork}, JdbcTemplate) is not seen here.
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
            check(sent);
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

    private void check(String sql) {
        List<String> words = SqlWords.of(sql);
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "delete" -> delete(words, i, sql);
                case "truncate" -> removal(words, i, "TRUNCATE", sql);
                case "drop" -> {
                    if (i + 1 < words.size() && words.get(i + 1).equals("table")) {
                        removal(words, i, "DROP TABLE", sql);
                    }
                }
                default -> {
                    // no word of ours
                }
            }
        }
    }

    private void delete(List<String> words, int at, String sql) {
        int from = indexOf(words, "from", at);
        if (from < 0 || isActionOfForeignKey(words, at)) {
            int merge = words.indexOf("merge");
            if (merge >= 0) {
                removal(words, merge, "MERGE … DELETE", sql);
            }
            return;
        }
        String table = table(words, from + 1);
        GuardedTable guarded = table == null ? null : tables.get(table);
        if (guarded == null) {
            return;
        }
        Set<String> named = new HashSet<>();
        words.subList(from + 1, words.size()).forEach(word -> named.add(SqlWords.name(word)));
        if (guarded.isProtected() || guarded.keys().stream().noneMatch(named::contains)) {
            throw refusal(guarded, "DELETE", sql);
        }
    }

    private static boolean isActionOfForeignKey(List<String> words, int at) {
        return at > 0 && words.get(at - 1).equals("on");
    }

    /** TRUNCATE and DROP name their tables, perhaps several, with a few words before. */
    private void removal(List<String> words, int at, String path, String sql) {
        for (int i = at + 1; i < words.size() && !words.get(i).equals(";"); i++) {
            GuardedTable guarded = tables.get(SqlWords.name(words.get(i)));
            if (guarded != null) {
                throw refusal(guarded, path, sql);
            }
        }
    }

    private static int indexOf(List<String> words, String word, int from) {
        for (int i = from; i < words.size() && !words.get(i).equals(";"); i++) {
            if (words.get(i).equals(word)) {
                return i;
            }
        }
        return -1;
    }

    /** The last part of a name that may have a catalog and schema before it. */
    private static @Nullable String table(List<String> words, int at) {
        int i = at;
        if (i < words.size() && words.get(i).equals("only")) {
            i++;
        }
        while (i + 2 < words.size() && words.get(i + 1).equals(".")) {
            i += 2;
        }
        return i < words.size() ? SqlWords.name(words.get(i)) : null;
    }

    private static HardDeleteRefusedException refusal(GuardedTable guarded, String path, String sql) {
        String shown = sql.length() <= 200 ? sql : sql.substring(0, 200) + "…";
        return new HardDeleteRefusedException(path + " by native SQL would remove rows of " + guarded.entity()
                + " for good" + (guarded.isProtected() ? "" : ", whosever they are")
                + ". Use remove(…), which marks what can be marked, or Deletions.mark(…) for many. Refused: "
                + shown.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "));
    }
}
