package dev.tenantsafety.archunit;

import dev.tenantsafety.guard.SqlRemoval;
import dev.tenantsafety.guard.SqlWords;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text in code that may be SQL, or a sentence. It is taken for SQL if it begins as a statement does, in small or in capital letters
 * throughout, and if what follows are names and not words of English.
 */
record SqlText(String text, List<String> words, boolean isQuery) {

    /** Stands where the code puts something in; a table with it in its name may be any. */
    static final String UNKNOWN = "_unknown_";

    private static final Set<String> VERBS = Set.of(
            "delete",
            "truncate",
            "drop",
            "alter",
            "merge",
            "with",
            "begin",
            "explain",
            "insert",
            "update",
            "select",
            "create",
            "set",
            "if",
            "do",
            "call");

    private static final Set<String> WORDS_OF_ENGLISH = Set.of(
            "the", "a", "an", "this", "that", "these", "those", "all", "any", "your", "my", "our", "its", "it", "is",
            "was", "to", "with", "when", "which", "failed", "not");

    /** A name and perhaps another one for it. */
    private static final int NAMES = 3;

    /** What is cut off where the rest is appended: before the table, or within a name that is put together. */
    private static final Pattern BEGINNING = Pattern.compile("(?is).*\\b(from|table|truncate|into)\\s+([\\w.]*_)?");

    /** Of {@code String.format}, {@code MessageFormat}, the expressions of Spring and MyBatis, and templates. */
    private static final Pattern PLACEHOLDER = Pattern.compile("%(?:\\d+\\$)?s|[#$]\\{\\{?[^{}\\n]*}?}|\\{\\w*}");

    /** Of Transact-SQL, before the table. */
    private static final Pattern TOP = Pattern.compile("(?i)\\b(delete)\\s+top\\s*\\([^()]*\\)(\\s+percent\\b)?");

    /** A statement that somebody wrote as a sentence begins, but with a condition. */
    private static final Pattern CAPITALIZED =
            Pattern.compile("\\s*Delete\\s+from\\s+\\S+(?:\\s+\\S+)?\\s+where\\b.*[=<>:?].*", Pattern.DOTALL);

    /** A statement in a literal that another one executes: EXECUTE of PL/pgSQL, EXECUTE IMMEDIATE, sp_executesql. */
    private static final Pattern EXECUTED = Pattern.compile(
            "(?i)^\\s*(?:begin\\s+)?exec(?:ute)?(?:\\s+(?:immediate|(?:sys\\.)?sp_executesql))?\\s*\\(?\\s*N?'((?:[^']|'')*)'");

    /** What comes before other statements, or has one in it. */
    private static final Set<String> BEFORE_OTHERS =
            Set.of("lock", "start", "copy", "declare", "prepare", "use", "savepoint", "grant");

    private static final Set<String> TRUNCATES = Set.of("cascade", "restart", "continue", "restrict");

    /** Of a text that may be anything. */
    static SqlText of(String text) {
        return of(text, false);
    }

    /** Of a text that is known to be a query: {@code delete Ticket}, which could be a sentence, is HQL there. */
    static SqlText ofQuery(String text) {
        return of(text, true);
    }

    private static SqlText of(String text, boolean isQuery) {
        String whole = BEGINNING.matcher(text).matches() ? text + UNKNOWN : text;
        whole = TOP.matcher(PLACEHOLDER.matcher(whole).replaceAll(UNKNOWN)).replaceAll("$1");
        return new SqlText(whole, SqlWords.of(whole), isQuery);
    }

    private String verb() {
        return words.stream().filter(word -> !word.equals("(")).findFirst().orElse("");
    }

    private boolean isStatement() {
        boolean isBeforeOthers = BEFORE_OTHERS.contains(verb())
                && (words.contains(";") || words.contains("as") || words.indexOf("(") == 1); // COPY (DELETE …)
        boolean isAdvice = verb().equals("do") && words.size() > 1 && WORDS_OF_ENGLISH.contains(words.get(1));
        return (VERBS.contains(verb()) || isBeforeOthers)
                && !isAdvice
                && (isOfOneCase(verb()) || CAPITALIZED.matcher(text).matches());
    }

    private boolean isOfOneCase(String word) {
        return Pattern.compile("(?<![A-Za-z_])(?:" + word + "|" + word.toUpperCase(Locale.ROOT) + ")(?![A-Za-z_])")
                .matcher(text)
                .find();
    }

    /** What it would remove from tables that are to be looked at, in words; empty if it would not, or is no SQL. */
    Optional<String> removal(RuleOptions options) {
        Matcher executed = EXECUTED.matcher(text);
        if (executed.find()) {
            return of(executed.group(1).replace("''", "'")).removal(options);
        }
        if (!mayRemove() || !isStatement()) {
            return Optional.empty();
        }
        return SqlRemoval.in(text).stream()
                .filter(this::isSql)
                .filter(removal -> removal.tables().stream()
                        .anyMatch(table -> isUnknown(table) || options.isProtectedTable(table)))
                .findFirst()
                .map(removal -> removal.act() + " of " + shown(removal.tables().get(0)));
    }

    /** Without reading it whole: most texts have none of these words. */
    private boolean mayRemove() {
        return Stream.of("delete", "truncate", "drop").anyMatch(words::contains);
    }

    private static String shown(String table) {
        return isUnknown(table) ? "a table that is not known here" : table;
    }

    private static boolean isUnknown(String table) {
        return table.contains(UNKNOWN);
    }

    private boolean isSql(SqlRemoval removal) {
        List<String> tables = removal.tables();
        boolean isList = removal.words().indexOf(",") == 1;
        if (!isList && isSentence(tables)) {
            return false;
        }
        return switch (removal.act()) {
            case DELETE ->
                (tables.size() <= NAMES || tables.contains("join"))
                        && (isQuery || words.contains("from") || removal.names().contains("where"));
            case TRUNCATE ->
                words.contains("table")
                        || !verb().equals("truncate")
                        || isList
                        || tables.stream().anyMatch(TRUNCATES::contains)
                        || (text.contains("TRUNCATE")
                                && (tables.size() <= NAMES || removal.words().contains(",")));
            case DROP, ALTER, MERGE -> true;
        };
    }

    /** By a word of English in the place of a table or after it; but a short one after it is another name for it: {@code Address a}. */
    private static boolean isSentence(List<String> names) {
        return WORDS_OF_ENGLISH.contains(names.get(0))
                || names.stream().skip(1).anyMatch(name -> name.length() > 2 && WORDS_OF_ENGLISH.contains(name));
    }

    /** The first of these tables that it reads or changes without naming one of the columns; empty if there is none, or it is no SQL. */
    Optional<String> unscoped(RuleOptions options) {
        boolean isQuery = (verb().equals("select") || verb().equals("update")) && isStatement();
        List<String> names = words.stream().map(SqlWords::name).toList();
        boolean isScoped = options.tenantColumns().stream().anyMatch(names::contains);
        return isQuery && !isScoped
                ? names.stream().filter(options.protectedTables()::contains).findFirst()
                : Optional.empty();
    }
}
