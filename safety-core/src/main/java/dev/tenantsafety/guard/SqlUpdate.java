package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a SQL text would write into rows that are there: the tables and columns of an UPDATE, of the branch of a MERGE that updates, and of
 * an INSERT that updates on conflict. Also of several statements in one, and of those within a WITH.
 *
 * @param tables the table, in lower case, without schema and quotes. Names that stand beside it, as aliases do, are among them
 * @param columns those that are assigned, in the same form
 */
public record SqlUpdate(List<String> tables, Set<String> columns) {

    /** Before these, UPDATE is a lock, an event, a privilege, or a name. */
    private static final Set<String> NO_VERB_AFTER =
            Set.of("for", "on", "before", "after", "or", "of", "grant", "revoke", ",", ".", "as", "=", "no");

    private static final Set<String> BEFORE_NAMES = Set.of("into", "only", "set");
    private static final Set<String> AFTER_TABLES = Set.of("using", "values", "select", "default", ";", "(", ")");
    private static final Set<String> AFTER_ASSIGNMENTS = Set.of("where", "from", "returning", "when", ";");

    /**
     * All that a text would write into rows that are there.
     *
     * @param sql a statement or several, or any other text
     * @return in the order of the text; empty if it updates nothing
     */
    public static List<SqlUpdate> in(String sql) {
        List<String> words = SqlWords.of(sql);
        List<SqlUpdate> updates = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals("update")) {
                update(words, i, updates);
            }
        }
        return List.copyOf(updates);
    }

    private static void update(List<String> words, int at, List<SqlUpdate> updates) {
        String before = at == 0 ? ";" : words.get(at - 1);
        int named =
                switch (before) {
                    case "then" -> words.subList(0, at).lastIndexOf("merge");
                    case "do", "key" -> words.subList(0, at).lastIndexOf("insert");
                    default -> NO_VERB_AFTER.contains(before) ? -1 : at;
                };
        if (named < 0) {
            return;
        }
        List<String> tables = tables(words, named + 1);
        Set<String> columns = columns(words, named == at ? at + 1 : at);
        if (!tables.isEmpty() && !columns.isEmpty()) {
            updates.add(new SqlUpdate(tables, columns));
        }
    }

    private static List<String> tables(List<String> words, int from) {
        List<String> tables = new ArrayList<>();
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("set") || AFTER_TABLES.contains(word)) {
                break;
            }
            boolean isQualifier = i + 1 < words.size() && words.get(i + 1).equals(".");
            if (SqlWords.isName(word) && !isQualifier && !BEFORE_NAMES.contains(word)) {
                tables.add(SqlWords.name(word));
            }
        }
        return List.copyOf(tables);
    }

    /** The names before the equal signs, which are outside of all parentheses but those of a list such as (a, b) = (1, 2). */
    private static Set<String> columns(List<String> words, int from) {
        Set<String> columns = new LinkedHashSet<>();
        Set<String> listed = new HashSet<>();
        int depth = 0;
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if (depth == 0 && AFTER_ASSIGNMENTS.contains(word)) {
                break;
            }
            if (word.equals("(")) {
                if (depth++ == 0) {
                    listed.clear();
                }
            } else if (word.equals(")")) {
                if (--depth < 0) {
                    break; // the statement stood in parentheses itself, as in a WITH
                }
            } else if (depth > 0) {
                if (SqlWords.isName(word)) {
                    listed.add(SqlWords.name(word));
                }
            } else if (word.equals("=")) {
                String left = words.get(i - 1);
                if (left.equals(")")) {
                    columns.addAll(listed);
                } else {
                    columns.add(SqlWords.name(left));
                }
            }
        }
        return Set.copyOf(columns);
    }
}
