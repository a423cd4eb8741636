package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a SQL text would remove: rows or whole tables. Also of several statements in one, and of those within a WITH. Tables that are said
 * to be temporary, as {@code pg_temp.x}, do not count.
 *
 * @param act how
 * @param tables of which, in lower case, without schema and quotes; several of TRUNCATE and DROP. Names that stand beside a table, as
 *     aliases do, may be among them: a removal that is not one is better than one that is not seen
 * @param names all words of the statement that stand after the tables, as conditions do
 */
public record SqlRemoval(Act act, List<String> tables, Set<String> names) {

    /** How rows are removed. */
    public enum Act {
        /** DELETE, of SQL and of HQL, which may leave out FROM. */
        DELETE("DELETE"),
        /** MERGE with a branch that deletes. */
        MERGE("MERGE … DELETE"),
        /** TRUNCATE. */
        TRUNCATE("TRUNCATE"),
        /** DROP of a table, or of what tables are in. */
        DROP("DROP"),
        /** ALTER TABLE … DROP of a column or partition. */
        ALTER("ALTER … DROP");

        private final String text;

        Act(String text) {
            this.text = text;
        }

        /** As SQL writes it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** After these, what would be a verb is something else: an action of a key, an event of a trigger, a privilege, a name. */
    private static final Set<String> NO_VERB_AFTER =
            Set.of("on", "before", "after", "or", "of", "for", "grant", "revoke", ",", ".", "as", "no", "=", "select");

    /** Where PostgreSQL keeps temporary tables, which hold nobody's rows. */
    private static final String TEMPORARY = "pg_temp";

    private static final Set<String> BEFORE_NAMES = Set.of("into", "table", "only", "if", "exists");
    private static final Set<String> AFTER_TABLES =
            Set.of("where", "using", "returning", "set", "values", "select", ";", "(", ")");

    /** Of which nothing that holds rows is dropped. */
    private static final Set<String> DROPS_ROWS = Set.of("table", "schema", "database", "tablespace", "owned");

    private static final Set<String> ALTERS_NO_ROWS = Set.of(
            "constraint", "index", "key", "primary", "foreign", "default", "not", "identity", "expression", "check");

    /**
     * All that a text would remove.
     *
     * @param sql a statement or several, or any other text
     * @return in the order of the text; empty if it would remove nothing
     */
    public static List<SqlRemoval> in(String sql) {
        List<String> words = SqlWords.of(sql);
        List<SqlRemoval> removals = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (i > 0 && NO_VERB_AFTER.contains(words.get(i - 1))) {
                continue;
            }
            switch (words.get(i)) {
                case "delete" -> delete(words, i, removals);
                case "truncate" -> removals.addAll(named(Act.TRUNCATE, words, i + 1));
                case "drop" -> drop(words, i, removals);
                default -> {
                    // no word of ours
                }
            }
        }
        return List.copyOf(removals);
    }

    private static void delete(List<String> words, int at, List<SqlRemoval> removals) {
        int merge = words.subList(0, at).lastIndexOf("merge");
        if (merge >= 0 && words.get(at - 1).equals("then")) {
            removals.addAll(named(Act.MERGE, words, merge + 1));
            return;
        }
        int end = at + 1;
        while (end < words.size()
                && (SqlWords.isName(words.get(end)) || words.get(end).equals(","))) {
            if (words.get(end++).equals("from")) { // before it there may be aliases: delete t from ticket t
                break;
            }
        }
        boolean isFrom = words.get(end - 1).equals("from");
        removals.addAll(named(Act.DELETE, words, isFrom ? end : at + 1));
    }

    private static void drop(List<String> words, int at, List<SqlRemoval> removals) {
        int start = at;
        while (start > 0 && !words.get(start - 1).equals(";")) {
            start--;
        }
        String what = at + 1 < words.size() ? words.get(at + 1) : "";
        boolean isAlter = words.get(start).equals("alter");
        if (isAlter
                && !ALTERS_NO_ROWS.contains(what)
                && start + 1 < at
                && words.get(start + 1).equals("table")) {
            removals.addAll(named(Act.ALTER, words.subList(0, at), start + 2));
        } else if (!isAlter && DROPS_ROWS.contains(what)) {
            removals.addAll(named(Act.DROP, words, at + 2));
        }
    }

    /** The names from here on up to a word that ends them. */
    private static List<SqlRemoval> named(Act act, List<String> words, int at) {
        List<String> tables = new ArrayList<>();
        int i = at;
        for (; i < words.size() && !AFTER_TABLES.contains(words.get(i)); i++) {
            String word = words.get(i);
            boolean isQualifier = i + 1 < words.size() && words.get(i + 1).equals(".");
            boolean isTemporary =
                    i > 1 && words.get(i - 1).equals(".") && words.get(i - 2).equals(TEMPORARY);
            if (SqlWords.isName(word) && !isQualifier && !isTemporary && !BEFORE_NAMES.contains(word)) {
                tables.add(SqlWords.name(word));
            }
        }
        Set<String> names = new LinkedHashSet<>();
        for (; i < words.size() && !words.get(i).equals(";"); i++) {
            names.add(SqlWords.name(words.get(i)));
        }
        return tables.isEmpty() ? List.of() : List.of(new SqlRemoval(act, List.copyOf(tables), Set.copyOf(names)));
    }
}
