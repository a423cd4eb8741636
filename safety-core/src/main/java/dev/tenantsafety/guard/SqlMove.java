package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement after which rows are found under another name, or hold other values, without an UPDATE or DELETE: ALTER TABLE that renames
 * a table or column, detaches, exchanges or truncates a partition, moves a table to another schema, or computes a column anew; RENAME
 * TABLE; CREATE SYNONYM.
 *
 * @param act how, as SQL writes it
 * @param tables of which, in lower case, without schema and quotes. Names that stand beside it are among them
 */
public record SqlMove(String act, List<String> tables) {

    private static final Set<String> NAMES_NO_ROWS = Set.of("constraint", "index", "key", "trigger");
    private static final Set<String> BEFORE_NAMES = Set.of("if", "exists", "only");
    private static final Set<String> MOVES = Set.of("rename", "detach", "exchange", "truncate");

    /**
     * All such statements of a text.
     *
     * @param sql a statement or several, or any other text
     * @return in the order of the text; empty if there is none
     */
    public static List<SqlMove> in(String sql) {
        List<String> words = SqlWords.withLiterals(sql);
        List<SqlMove> moves = new ArrayList<>();
        for (int i = 0; i + 1 < words.size(); i++) {
            boolean isOfTable = words.get(i + 1).equals("table");
            if (words.get(i).equals("alter") && isOfTable) {
                altered(words, i + 2, moves);
            } else if (words.get(i).equals("rename") && isOfTable) {
                moves.add(new SqlMove("RENAME TABLE", names(words, i + 2, end(words, i))));
            } else if (words.get(i).equals("synonym")
                    && words.get(SqlRemoval.start(words, i)).equals("create")) {
                moves.add(new SqlMove("CREATE SYNONYM", names(words, i + 1, end(words, i))));
            }
        }
        return List.copyOf(moves);
    }

    private static void altered(List<String> words, int from, List<SqlMove> moves) {
        int end = end(words, from);
        for (int i = from + 1; i < end; i++) {
            String act = act(words, i, end);
            if (act != null) {
                moves.add(new SqlMove("ALTER … " + act, names(words, from, i)));
            }
        }
    }

    private static @Nullable String act(List<String> words, int at, int end) {
        String word = words.get(at);
        String next = at + 1 < end ? words.get(at + 1) : "";
        if (MOVES.contains(word) && !NAMES_NO_ROWS.contains(next)) {
            return word.toUpperCase(Locale.ROOT);
        }
        if (word.equals("set") && next.equals("schema")) {
            return "SET SCHEMA";
        }
        boolean isComputed = word.equals("using")
                && words.subList(0, at).lastIndexOf("type")
                        > words.subList(0, at).lastIndexOf(";");
        return isComputed && !next.equals("index") ? "TYPE … USING" : null;
    }

    private static int end(List<String> words, int from) {
        int end = from;
        while (end < words.size() && !words.get(end).equals(";")) {
            end++;
        }
        return end;
    }

    private static List<String> names(List<String> words, int from, int to) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < to; i++) {
            boolean isQualifier = i + 1 < words.size() && words.get(i + 1).equals(".");
            if (SqlWords.isName(words.get(i)) && !isQualifier && !BEFORE_NAMES.contains(words.get(i))) {
                names.add(SqlWords.name(words.get(i)));
            }
        }
        return List.copyOf(names);
    }
}
