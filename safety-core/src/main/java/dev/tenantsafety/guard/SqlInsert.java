package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where a SQL text would put new rows: the tables of an INSERT, of a MERGE or REPLACE, and of a COPY … FROM. What creates its table, as
 * SELECT … INTO does, does not count.
 *
 * @param table in lower case, without schema and quotes
 */
public record SqlInsert(String table) {

    private static final Set<String> VERBS = Set.of("insert", "merge", "replace", "copy");
    private static final Set<String> BEFORE_NAMES = Set.of("into", "only", "ignore", "overwrite", "table");

    /**
     * All that a text would put rows into.
     *
     * @param sql a statement or several, or any other text
     * @return in the order of the text; empty if it inserts nothing
     */
    public static List<SqlInsert> in(String sql) {
        List<String> words = SqlWords.withLiterals(sql);
        List<SqlInsert> inserts = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (VERBS.contains(words.get(i)) && (!words.get(i).equals("copy") || isCopied(words, i))) {
                int table = table(words, i + 1);
                if (table < words.size() && SqlWords.isName(words.get(table))) {
                    inserts.add(new SqlInsert(SqlWords.name(words.get(table))));
                }
            }
        }
        return List.copyOf(inserts);
    }

    private static int table(List<String> words, int from) {
        int at = from;
        while (at < words.size() && BEFORE_NAMES.contains(words.get(at))) {
            at++;
        }
        while (at + 2 < words.size() && words.get(at + 1).equals(".")) {
            at += 2;
        }
        return at;
    }

    /** Whether a COPY puts rows into a table, and does not take them out. */
    private static boolean isCopied(List<String> words, int at) {
        for (int i = at;
                i < words.size() && !words.get(i).equals(";") && !words.get(i).equals("to");
                i++) {
            if (words.get(i).equals("from")) {
                return true;
            }
        }
        return false;
    }
}
