package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of a SQL statement in lower case: keywords and names, quoted names behind one quote that tells them from keywords,
 * and marks. Comments and string literals are left out. The literals of an anonymous block ({@code do $$ … $$}), of the body of a
 * function, procedure, trigger or rule, and of an EXECUTE are statements: their words follow those of the text, behind a semicolon.
 *
 * <p>A tokenizer and no parser: it is right about where names, literals and comments end in PostgreSQL and H2 (PostgreSQL
 * documentation, "Lexical Structure"), and knows no grammar. Text that is not SQL gives words as well.
 */
public final class SqlWords {

    /** Stands for a literal, where literals are asked for. */
    static final String LITERAL = "'";

    private static final int HEX = 16;
    private static final int OCTAL = 8;
    private static final int OCTAL_DIGITS = 3;
    private static final int SHORT_CODE = 4;
    private static final int CODE = 6;
    private static final int LONG_CODE = 8;

    /** What creates something that runs statements later. */
    private static final Set<String> BODIES =
            Set.of("function", "procedure", "trigger", "rule", "event", "package", "routine");

    private static final Set<String> NO_BODIES =
            Set.of("table", "view", "index", "type", "domain", "sequence", "schema", "policy", "role", "user", "alias");

    /** Of which a literal in a block has one, if it is a statement to be seen. */
    private static final Set<String> VERBS = Set.of(
            "delete",
            "truncate",
            "drop",
            "update",
            "insert",
            "merge",
            "replace",
            "alter",
            "create",
            "copy",
            "do",
            "execute",
            "exec",
            "runscript",
            "shutdown",
            "rename");

    private final String sql;
    private final List<String> words = new ArrayList<>();
    private final List<Text> bodies = new ArrayList<>();
    private int at;

    /** Whether literals hold statements: within an anonymous block. */
    private final boolean isBlock;

    /**
     * The words of one text, with a mark for each literal.
     *
     * @param words in order
     * @param isBlock whether it stood in a literal
     */
    record Text(List<String> words, boolean isBlock) {}

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
        return withLiterals(sql).stream().filter(word -> !word.equals(LITERAL)).toList();
    }

    /** All words, with a mark in the place of each literal. */
    static List<String> withLiterals(String sql) {
        List<Text> texts = texts(sql);
        if (texts.size() == 1) {
            return texts.get(0).words();
        }
        List<String> all = new ArrayList<>();
        for (Text text : texts) {
            if (!all.isEmpty()) {
                all.add(";");
            }
            all.addAll(text.words());
        }
        return List.copyOf(all);
    }

    /** The text, and those that stand in it as literals. */
    static List<Text> texts(String sql) {
        return read(sql, false);
    }

    private static List<Text> read(String sql, boolean isBlock) {
        SqlWords reading = new SqlWords(sql, isBlock);
        while (reading.at < sql.length()) {
            reading.next();
        }
        List<Text> texts = new ArrayList<>();
        texts.add(new Text(List.copyOf(reading.words), isBlock));
        texts.addAll(reading.bodies);
        return texts;
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
        if (!isBlank()) {
            if (c == '\'') {
                literal(' ');
            } else if (c == '"' || c == '`') {
                words.add('"' + quoted(c).toLowerCase(Locale.ROOT));
            } else if (c == '$' && dollarTag() != null) {
                dollarQuoted();
            } else if ((c == 'e' || c == 'E') && isAt(1, '\'')) {
                at++;
                literal('e');
            } else if ((c == 'u' || c == 'U') && isAt(1, '&') && (isAt(2, '\'') || isAt(2, '"'))) {
                at += 2;
                unicode();
            } else if (isNamePart(c)) {
                name();
            } else {
                words.add(String.valueOf(c));
                at++;
            }
        }
    }

    private boolean isAt(int ahead, char c) {
        return at + ahead < sql.length() && sql.charAt(at + ahead) == c;
    }

    /** Goes past a space or a comment, if there is one. */
    private boolean isBlank() {
        if (Character.isWhitespace(sql.charAt(at))) {
            at++;
        } else if (sql.startsWith("--", at)
                || sql.startsWith("//", at)) { // the second in H2 only, and no operator elsewhere
            int end = sql.indexOf('\n', at);
            at = end < 0 ? sql.length() : end + 1;
        } else if (sql.startsWith("/*", at)) {
            comment();
        } else {
            return false;
        }
        return true;
    }

    private void skipBlanks() {
        boolean isBlank = true;
        while (isBlank && at < sql.length()) {
            isBlank = isBlank();
        }
    }

    /** In PostgreSQL and H2 comments can stand in comments. */
    private void comment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
    }

    /**
     * A literal, in which a quote is written twice or, where a backslash escapes, behind one. The parts of one that is continued in
     * another line belong together.
     */
    private void literal(char kind) {
        StringBuilder text = new StringBuilder();
        do {
            at++;
            while (at < sql.length()) {
                char c = sql.charAt(at++);
                if (c == '\'' && !isAt(0, '\'')) {
                    break;
                }
                if (c == '\'') {
                    at++;
                    text.append(c);
                } else if (kind == 'e' && c == '\\' && at < sql.length()) {
                    escaped(text);
                } else {
                    text.append(c);
                }
            }
            skipBlanks();
        } while (isAt(0, '\''));
        words.add(LITERAL);
        statements(kind == 'u' ? decoded(text.toString(), escapeCharacter()) : text.toString());
    }

    /** What stands behind the backslash of a literal that has escapes. */
    private void escaped(StringBuilder text) {
        char c = sql.charAt(at++);
        switch (c) {
            case 'x' -> code(text, at, 2, HEX);
            case 'u' -> code(text, at, SHORT_CODE, HEX);
            case 'U' -> code(text, at, LONG_CODE, HEX);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> code(text, at - 1, OCTAL_DIGITS, OCTAL);
            case 'b', 'f', 'n', 'r', 't' -> text.append(' ');
            default -> text.append(c);
        }
    }

    private void code(StringBuilder text, int from, int most, int radix) {
        int end = from;
        while (end < sql.length() && end < from + most && Character.digit(sql.charAt(end), radix) >= 0) {
            end++;
        }
        append(text, sql.substring(from, end), radix);
        at = end;
    }

    private static void append(StringBuilder text, String digits, int radix) {
        int code = digits.isEmpty() ? 0 : (int) Long.parseLong(digits, radix);
        text.append(Character.isValidCodePoint(code) ? Character.toString(code) : "?");
    }

    /** A name or literal with codes of characters, as {@code U&"t\0069cket"}. */
    private void unicode() {
        if (sql.charAt(at) == '"') {
            String name = quoted('"');
            words.add('"' + decoded(name, escapeCharacter()).toLowerCase(Locale.ROOT));
        } else {
            literal('u');
        }
    }

    /** That of a UESCAPE that follows, and the backslash otherwise. */
    private char escapeCharacter() {
        skipBlanks();
        String word = "uescape";
        int quote = sql.regionMatches(true, at, word, 0, word.length()) ? sql.indexOf('\'', at) : -1;
        if (quote < 0 || quote + 2 >= sql.length()) {
            return '\\';
        }
        at = quote + SHORT_CODE - 1;
        return sql.charAt(quote + 1);
    }

    private static String decoded(String text, char escape) {
        StringBuilder decoded = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != escape || i >= text.length()) {
                decoded.append(c);
            } else if (text.charAt(i) == escape) {
                decoded.append(text.charAt(i++));
            } else {
                int start = text.charAt(i) == '+' ? i + 1 : i;
                int end = Math.min(text.length(), start + (start > i ? CODE : SHORT_CODE));
                String digits = text.substring(start, end);
                if (digits.chars().allMatch(digit -> Character.digit(digit, HEX) >= 0)) {
                    append(decoded, digits, HEX);
                    i = end;
                } else {
                    decoded.append(c);
                }
            }
        }
        return decoded.toString();
    }

    /** What a literal holds, if it is one that is run. */
    private void statements(String literal) {
        if (isBlock || isRun()) {
            List<Text> read = read(literal, true);
            if (!isBlock || read.stream().anyMatch(text -> text.words().stream().anyMatch(VERBS::contains))) {
                bodies.addAll(read);
            }
        }
    }

    /** Whether the literals of the statement that is being read are statements. */
    private boolean isRun() {
        int first = words.lastIndexOf(";") + 1;
        return switch (words.get(first)) {
            case "do", "execute", "exec" -> true;
            case "create" ->
                words.subList(first, words.size()).stream()
                        .filter(word -> BODIES.contains(word) || NO_BODIES.contains(word))
                        .findFirst()
                        .filter(BODIES::contains)
                        .isPresent();
            default -> false;
        };
    }

    /** The text between two quotes, behind which it goes. */
    private String quoted(char quote) {
        int start = at + 1;
        int end = sql.indexOf(quote, start);
        at = end < 0 ? sql.length() : end + 1;
        return sql.substring(start, end < 0 ? at : end);
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
        words.add(LITERAL);
        statements(sql.substring(start, end < 0 ? sql.length() : end));
    }

    private void name() {
        int start = at;
        boolean isNumber = Character.isDigit(sql.charAt(at));
        while (at < sql.length() && (isNamePart(sql.charAt(at)) || (isAt(0, '$') && !isNumber))) {
            at++;
        }
        words.add(sql.substring(start, at).toLowerCase(Locale.ROOT));
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
