package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Statements that may remove or change rows of tables which they do not name: those that drop whatever is in a schema or database, that
 * run a file, end an H2 database, or run what cannot be read, as a text that is put together at run time or the source of another language.
 */
public final class SqlUnnamed {

    /** What is dropped with all tables in it. */
    private static final Set<String> DROPPED = Set.of("schema", "database", "tablespace", "owned", "all");

    /** What is dropped with the columns that use it, by CASCADE. */
    private static final Set<String> USED = Set.of("type", "domain", "extension");

    /** Before these, no verb follows. */
    private static final Set<String> NO_VERB_AFTER =
            Set.of("grant", "revoke", ",", ".", "[", "as", "=", "select", "alter", "no");

    /** After these, EXECUTE is a privilege or the action of a trigger. */
    private static final Set<String> NO_TEXT = Set.of("function", "procedure", "on");

    /** Behind a literal that is a whole statement. */
    private static final Set<String> AFTER_TEXT = Set.of(";", ")", "using", "into", "loop", "end");

    private static final Set<String> BEFORE_SOURCE = Set.of("create", "force", "replace");

    private SqlUnnamed() {}

    /**
     * All such statements of a text.
     *
     * @param sql a statement or several, or any other text
     * @return what they do, as SQL writes it, in the order of the text; empty if there is none
     */
    public static List<String> in(String sql) {
        List<String> found = new ArrayList<>();
        for (SqlWords.Text text : SqlWords.texts(sql)) {
            List<String> words = text.words();
            for (int i = 0; i < words.size(); i++) {
                if (i == 0 || !NO_VERB_AFTER.contains(words.get(i - 1))) {
                    String what = what(words, i, text.isBlock());
                    if (what != null) {
                        found.add(what);
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static @Nullable String what(List<String> words, int at, boolean isBlock) {
        String word = words.get(at);
        boolean isFirst = at == 0 || words.get(at - 1).equals(";");
        String next = at + 1 < words.size() ? words.get(at + 1) : ";";
        return switch (word) {
            case "drop" -> isDropped(words, at, next) ? "DROP " + next.toUpperCase(Locale.ROOT) : null;
            case "shutdown", "runscript" -> isFirst ? word.toUpperCase(Locale.ROOT) : null;
            case "execute", "exec" -> isBuilt(words, at, next, isBlock) ? "EXECUTE of a text that is built" : null;
            case "alias", "trigger" -> isSource(words, at) ? "CREATE " + word.toUpperCase(Locale.ROOT) + " … AS" : null;
            default -> null;
        };
    }

    private static boolean isDropped(List<String> words, int at, String what) {
        List<String> rest = rest(words, at);
        boolean isAltered = words.subList(SqlRemoval.start(words, at), at).contains("alter");
        return !isAltered && (what.equals("all") ? rest.contains("objects") : isDropped(what, rest));
    }

    private static boolean isDropped(String what, List<String> rest) {
        return DROPPED.contains(what) || (USED.contains(what) && rest.contains("cascade"));
    }

    /** Whether EXECUTE runs something else than one literal, or a statement that was prepared under a name. */
    private static boolean isBuilt(List<String> words, int at, String next, boolean isBlock) {
        boolean isImmediate = next.equals("immediate");
        int text = at + 1;
        if (isImmediate) {
            text++;
        }
        boolean isRun = isBlock || isImmediate || next.equals("(") || next.equals("sp_executesql");
        if (!isRun || NO_TEXT.contains(next)) {
            return false;
        }
        while (text < words.size()
                && (words.get(text).equals("(") || words.get(text).equals("sp_executesql"))) {
            text++;
        }
        String after = text + 1 < words.size() ? words.get(text + 1) : ";";
        boolean isLiteral = text < words.size() && words.get(text).equals(SqlWords.LITERAL);
        return !(isLiteral && AFTER_TEXT.contains(after));
    }

    /** Whether it has a source in a language that is not SQL, as ALIAS and TRIGGER of H2. */
    private static boolean isSource(List<String> words, int at) {
        List<String> rest = rest(words, at);
        int as = rest.indexOf("as");
        return at > 0
                && BEFORE_SOURCE.contains(words.get(at - 1))
                && as >= 0
                && as + 1 < rest.size()
                && rest.get(as + 1).equals(SqlWords.LITERAL);
    }

    private static List<String> rest(List<String> words, int at) {
        List<String> rest = words.subList(at, words.size());
        int end = rest.indexOf(";");
        return end < 0 ? rest : rest.subList(0, end);
    }
}
