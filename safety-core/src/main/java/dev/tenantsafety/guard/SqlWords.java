package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The words of a SQL statement in lower case: keywords and names, quoted names behind one quote that tells them from keywords,
 * and marks. Comments and string literals are left out.
 *
 * <p>A tokenizer and no parser: it is right about where names, literals and comments end in PostgreSQL and H2 (PostgreSQL
 * documentation, "Lexical Structure"), and knows no grammar. Text that is not SQL gives words as well.
 */
public final class SqlWords {

    private final String sql;
    private final List<String> words = new ArrayList<>();
    private int at;

    private SqlWords(String sql) {
        this.sql = sql;
    }

    /**
     * All words of a text.
     *
     * @param sql a statement or several, or any other text
     * @return in order; none of an empty text
     */
    public static List<String> of(String sql) {
        SqlWords reading = new SqlWords(sql);
        while (reading.at < sql.length()) {
            reading.next();
        }
        return List.copyOf(reading.words);
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

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (sql.startsWith("--", at)) {
            skipTo("\n");
        } else if (sql.startsWith("/*", at)) {
            skipTo("*/");
        } else if (c == '\'') {
            skipQuoted('\'');
        } else if (c == '"' || c == '`') {
            quotedName(c);
        } else if (c == '$' && dollarTag() != null) {
            skipDollarQuoted();
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

    /** Also right for a quote within that is written twice: what follows is read as the next literal. */
    private void skipQuoted(char quote) {
        int end = sql.indexOf(quote, at + 1);
        at = end < 0 ? sql.length() : end + 1;
    }

    private void quotedName(char quote) {
        int start = at + 1;
        skipQuoted(quote);
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

    private void skipDollarQuoted() {
        String tag = String.valueOf(dollarTag());
        int end = sql.indexOf(tag, at + tag.length());
        at = end < 0 ? sql.length() : end + tag.length();
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
