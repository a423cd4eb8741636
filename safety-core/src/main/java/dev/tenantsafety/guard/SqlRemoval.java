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
 * @param words the statement from its tables on, as {@link SqlWords} gives them, with a quote for each literal. It ends before what
 *     stands after it: a semicolon, or the parenthesis that closes a WITH
 * @param isWithin whether a WITH stands before it, of which the names may hide tables
 */
public record SqlRemoval(Act act, List<String> tables, Set<String> names, List<String> words, boolean isWithin) {

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
    private static final Set<String> NO_VERB_AFTER = Set.of(
            "on", "before", "after", "or", "of", "for", "grant", "revoke", ",", ".", "[", "as", "no", "=", "select",
            "commit");

    /** Statements in which a verb follows AS. */
    private static final Set<String> VERB_AFTER_AS = Set.of("prepare", "create");

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
        List<String> words = SqlWords.withLiterals(sql);
        List<SqlRemoval> removals = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (i > 0 && NO_VERB_AFTER.contains(words.get(i - 1)) && !isAfterAs(words, i)) {
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

    /** Where PREPARE x AS, or what creates a procedure, has its statement. */
    static boolean isAfterAs(List<String> words, int at) {
        return words.get(at - 1).equals("as") && VERB_AFTER_AS.contains(words.get(start(words, at)));
    }

    /** Where the statement begins in which a word is. */
    static int start(List<String> words, int at) {
        return words.subList(0, at).lastIndexOf(";") + 1;
    }

    private static void delete(List<String> words, int at, List<SqlRemoval> removals) {
        int start = start(words, at);
        int merge = start + words.subList(start, at).lastIndexOf("merge");
        String next = at + 1 < words.size() ? words.get(at + 1) : ";";
        boolean isBranch =
                merge >= start && !next.equals("from") && (words.get(at - 1).equals("then") || next.equals("where"));
        if (isBranch) {
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
        int start = start(words, at);
        String what = at + 1 < words.size() ? words.get(at + 1) : "";
        int alter = start + words.subList(start, at).lastIndexOf("alter");
        if (alter >= start) {
            if (!ALTERS_NO_ROWS.contains(what) && words.get(alter + 1).equals("table")) {
                removals.addAll(named(Act.ALTER, words.subList(0, at), alter + 2));
            }
        } else if (DROPS_ROWS.contains(what)) {
            removals.addAll(named(Act.DROP, words, at + 2));
        }
    }

    /** The names from here on up to a word that ends them. */
    private static List<SqlRemoval> named(Act act, List<String> words, int at) {
        List<String> tables = new ArrayList<>();
        int i = at;
        for (; i < words.size() && (!AFTER_TABLES.contains(words.get(i)) || isOfOnly(words, i)); i++) {
            String word = words.get(i);
            boolean isQualifier = i + 1 < words.size() && words.get(i + 1).equals(".");
            boolean isTemporary =
                    i > 1 && words.get(i - 1).equals(".") && words.get(i - 2).equals(TEMPORARY);
            if (SqlWords.isName(word) && !isQualifier && !isTemporary && !BEFORE_NAMES.contains(word)) {
                tables.add(SqlWords.name(word));
            }
        }
        int end = end(words, at);
        boolean isWithin = words.subList(start(words, at), at).contains("with");
        Set<String> names = new LinkedHashSet<>();
        for (; i < end; i++) {
            names.add(SqlWords.name(words.get(i)));
        }
        return tables.isEmpty()
                ? List.of()
                : List.of(new SqlRemoval(
                        act, List.copyOf(tables), Set.copyOf(names), List.copyOf(words.subList(at, end)), isWithin));
    }

    /** ONLY may have its table in parentheses. */
    static boolean isOfOnly(List<String> words, int at) {
        return at > 0 && words.get(at).equals("(") && words.get(at - 1).equals("only");
    }

    /** Where the statement ends that goes on at a word: at a semicolon, or at a parenthesis that was opened before it. */
    private static int end(List<String> words, int at) {
        int depth = 0;
        int end = at;
        for (; end < words.size() && !words.get(end).equals(";"); end++) {
            if (words.get(end).equals("(")) {
                depth++;
            } else if (words.get(end).equals(")") && --depth < 0) {
                break;
            }
        }
        return end;
    }
}
