package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The words of a SQL statement in lower case: keywords and names, quoted names behind one quote that tells them from keywords,
 * and marks. Comments and string literals are left out, but for those of an anonymous block ({@code do $$ … $$}), which are statements.
 *
 * <p>A tokenizer and no parser: it is right about where names, literals and comments end in PostgreSQL and H2 (PostgreSQL
 * documentation, "Lexical Structure"), and knows no grammar. Text that is not SQL gives words as well.
 */
public final class SqlWords {

    private final String sql;
    private final List<String> words = new ArrayList<>();
    private int at;

    /** Whether literals hold statements: within an anonymous block. */
    private final boolean isBlock;

    private SqlWords(String sql, boolean isBlock) {
        this.sql = sql;
        this.isBlock = isBlock;
    }

    /**
     * All words of a text.
     *
     * @param sql a statement or several, or any other text
     * @return in order; none of an empty text
     */
    public static List<String> of(String sql) {
        return List.copyOf(read(sql, false));
    }

    private static List<String> read(String sql, boolean isBlock) {
        SqlWords reading = new SqlWords(sql, isBlock);
        while (reading.at < sql.length()) {
            reading.next();
        }
        return reading.words;
    }

    /**
     * The name that a word is, without its quote.
     *
     * @param word one of {@link #of(String)}
     * @return the name in lower case
     */
    public static String name(String word) {
        return word.startsWith("\"") ? word.substring(1) : word;
    }

    /**
     * The last part of a name such as {@code public."ticket"}.
     *
     * @param qualified the name
     * @return in lower case; of an empty text, that text
     */
    public static String lastName(String qualified) {
        return of(qualified).stream()
                .map(SqlWords::name)
                .reduce((first, last) -> last)
                .orElse(qualified);
    }

    /** Whether a word is a keyword or a name, and no mark or number. */
    static boolean isName(String word) {
        char first = word.charAt(0);
        return Character.isLetter(first) || first == '_' || first == '"';
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (sql.startsWith("--", at)) {
            skipTo("\n");
        } else if (sql.startsWith("/*", at)) {
            skipTo("*/");
        } else if (c == '\'') {
            literal(false);
        } else if (c == '"' || c == '`') {
            quotedName(c);
        } else if (c == '$' && dollarTag() != null) {
            dollarQuoted();
        } else if ((c == 'e' || c == 'E') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
            at++;
            literal(true);
        } else if (isNamePart(c)) {
            name();
        } else {
            words.add(String.valueOf(c));
            at++;
        }
    }

    private void skipTo(String end) {
        int found = sql.indexOf(end, at + 2);
        at = found < 0 ? sql.length() : found + end.length();
    }

    /** A literal, in which a quote is written twice or, where a backslash escapes, behind one. */
    private void literal(boolean isEscaping) {
        StringBuilder text = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            boolean isTwice = c == '\'' && at < sql.length() && sql.charAt(at) == '\'';
            if (isTwice || (isEscaping && c == '\\' && at < sql.length())) {
                text.append(sql.charAt(at++));
            } else if (c == '\'') {
                break;
            } else {
                text.append(c);
            }
        }
        statements(text.toString());
    }

    /** What a literal holds, if it stands in an anonymous block or is one. */
    private void statements(String literal) {
        int first = words.lastIndexOf(";") + 1;
        if (isBlock || (first < words.size() && words.get(first).equals("do"))) {
            words.addAll(read(literal, true));
        }
    }

    private void quotedName(char quote) {
        int start = at + 1;
        int end = sql.indexOf(quote, start);
        at = end < 0 ? sql.length() : end + 1;
        words.add('"' + sql.substring(start, Math.max(start, at - 1)).toLowerCase(Locale.ROOT));
    }

    /** The tag of a literal such as {@code $body$…$body$}, with its dollars; null if this dollar begins none. */
    private @Nullable String dollarTag() {
        int end = at + 1;
        while (end < sql.length() && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        boolean closed = end < sql.length() && sql.charAt(end) == '$';
        return closed && (end == at + 1 || !Character.isDigit(sql.charAt(at + 1))) ? sql.substring(at, end + 1) : null;
    }

    private void dollarQuoted() {
        String tag = String.valueOf(dollarTag());
        int start = at + tag.length();
        int end = sql.indexOf(tag, start);
        at = end < 0 ? sql.length() : end + tag.length();
        statements(sql.substring(start, end < 0 ? sql.length() : end));
    }

    private void name() {
        int start = at;
        while (at < sql.length() && isNamePart(sql.charAt(at))) {
            at++;
        }
        words.add(sql.substring(start, at).toLowerCase(Locale.ROOT));
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
