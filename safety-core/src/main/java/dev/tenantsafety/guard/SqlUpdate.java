package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a SQL text would write into rows that are there: the tables and columns of an UPDATE, of the branch of a MERGE that updates, of
 * an INSERT that updates on conflict, of a MERGE without branches (H2), and of a REPLACE. Also of several statements in one, and of those
 * within a WITH.
 *
 * @param tables the table, in lower case, without schema and quotes. Names that stand beside it, as aliases do, are among them
 * @param columns those that are assigned, in the same form; {@link #ALL} where the statement does not name them
 */
public record SqlUpdate(List<String> tables, Set<String> columns) {

    /** In the place of the columns, where all may be meant. */
    public static final String ALL = "*";

    /** Before these, UPDATE is a lock, an event, a privilege, or a name. */
    private static final Set<String> NO_VERB_AFTER = Set.of(
            "for", "on", "before", "after", "or", "of", "grant", "revoke", ",", ".", "[", "as", "=", "no", "key",
            "select");

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
        List<String> words = SqlWords.withLiterals(sql);
        List<SqlUpdate> updates = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "update" -> update(words, i, updates);
                case "merge", "replace" -> upsert(words, i, updates);
                default -> {
                    // no word of ours
                }
            }
        }
        return List.copyOf(updates);
    }

    private static void update(List<String> words, int at, List<SqlUpdate> updates) {
        boolean isBranch = at > 0 && at + 1 < words.size() && isBranch(words.get(at - 1), words.get(at + 1));
        boolean isVerb = at == 0 || !NO_VERB_AFTER.contains(words.get(at - 1)) || SqlRemoval.isAfterAs(words, at);
        int named = isBranch ? beginning(words, at) : isVerb ? at : -1;
        if (named >= 0) {
            add(tables(words, named + 1), columns(words, at + 1), updates);
        }
    }

    /** Whether it is a branch of a MERGE or an INSERT, which has no table of its own. */
    private static boolean isBranch(String before, String next) {
        return next.equals("set") ? before.equals("then") || before.equals("do") : before.equals("key");
    }

    private static int beginning(List<String> words, int at) {
        int start = SqlRemoval.start(words, at);
        List<String> before = words.subList(start, at);
        int found = Math.max(before.lastIndexOf("merge"), before.lastIndexOf("insert"));
        return found < 0 ? -1 : start + found;
    }

    /** A MERGE of H2 that has values and no branches, and a REPLACE, write all that they list. */
    private static void upsert(List<String> words, int at, List<SqlUpdate> updates) {
        if (at + 1 >= words.size() || !words.get(at + 1).equals("into")) {
            return;
        }
        Set<String> columns = new LinkedHashSet<>();
        Set<String> keys = new LinkedHashSet<>();
        int i = at + 2;
        boolean isKey = false;
        while (i < words.size() && !AFTER_TABLES.contains(words.get(i))) {
            i++;
        }
        for (;
                i < words.size()
                        && !words.get(i).equals("values")
                        && !words.get(i).equals("select");
                i++) {
            String word = words.get(i);
            if (word.equals("using") || word.equals(";")) {
                return; // with branches, or none of these
            }
            isKey |= word.equals("key");
            if (SqlWords.isName(word) && !word.equals("key")) {
                (isKey ? keys : columns).add(SqlWords.name(word));
            }
        }
        if (columns.isEmpty()) {
            columns.add(ALL);
        }
        columns.removeAll(keys);
        if (i < words.size()) {
            add(tables(words, at + 1), Set.copyOf(columns), updates);
        }
    }

    private static void add(List<String> tables, Set<String> columns, List<SqlUpdate> updates) {
        if (!tables.isEmpty() && !columns.isEmpty()) {
            updates.add(new SqlUpdate(tables, columns));
        }
    }

    private static List<String> tables(List<String> words, int from) {
        List<String> tables = new ArrayList<>();
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("set") || (AFTER_TABLES.contains(word) && !SqlRemoval.isOfOnly(words, i))) {
                break;
            }
            boolean isQualifier = i + 1 < words.size() && words.get(i + 1).equals(".");
            if (SqlWords.isName(word) && !isQualifier && !BEFORE_NAMES.contains(word)) {
                tables.add(SqlWords.name(word));
            }
        }
        return List.copyOf(tables);
    }

    /** The names before the first equal sign of each assignment, which may be a list such as (a, b) = (1, 2). */
    private static Set<String> columns(List<String> words, int from) {
        Set<String> columns = new LinkedHashSet<>();
        List<String> left = new ArrayList<>();
        boolean isLeft = true;
        int depth = 0;
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if (depth == 0 && isEnd(words, i)) {
                break;
            }
            if (word.equals("set") && depth == 0) {
                left.clear(); // what stood before it are tables
            } else if (isLeft && word.equals("=")) {
                assigned(left, columns);
                isLeft = false;
            } else if (depth == 0 && word.equals(",")) {
                left.clear();
                isLeft = true;
            } else if (isLeft) {
                left.add(word);
            }
            if (word.equals("(") || word.equals("case")) {
                depth++;
            } else if ((word.equals(")") || (word.equals("end") && depth > 0)) && --depth < 0) {
                break; // the statement stood in parentheses itself, as in a WITH
            }
        }
        return Set.copyOf(columns);
    }

    private static boolean isEnd(List<String> words, int at) {
        boolean isComparison = words.get(at).equals("from") && words.get(at - 1).equals("distinct");
        return AFTER_ASSIGNMENTS.contains(words.get(at)) && !isComparison;
    }

    /** All names of a list; otherwise the last one that stands outside of brackets, as of t.a[1]. */
    private static void assigned(List<String> left, Set<String> columns) {
        boolean isList = left.contains("(");
        int bracket = left.indexOf("[");
        List<String> names = (bracket < 0 ? left : left.subList(0, bracket))
                .stream().filter(SqlWords::isName).map(SqlWords::name).toList();
        if (isList) {
            columns.addAll(names);
        } else if (!names.isEmpty()) {
            columns.add(names.get(names.size() - 1));
        }
    }
}
