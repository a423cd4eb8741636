package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.tenantsafety.guard.SqlRemoval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What SQL in files does, on request: of migrations, as {@code src/main/resources/db/migration}, and of mappers of MyBatis in XML. There is no
 * annotation in files: an exemption is a comment in the line before, {@code -- allows hard delete: reason} or
 * {@code <!-- allows hard delete: reason -->}.
 */
public final class SqlFileRules {

    private static final Pattern MAPPED =
            Pattern.compile("<delete\\b[^>]*?\\bid\\s*=\\s*[\"']([^\"']*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_STATEMENT = Pattern.compile(
            "<(select|insert|update|sql)\\b[^>]*?\\bid\\s*=\\s*[\"']([^\"']*)[^>]*>(.*?)</\\1\\s*>",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern MARKUP = Pattern.compile("(?s)<!--.*?-->|<!\\[CDATA\\[|]]>|<[^>]*>");
    private static final Pattern EXEMPT =
            Pattern.compile("(?:--|<!--)\\s*allows hard delete:\\s*\\w.*", Pattern.CASE_INSENSITIVE);

    private SqlFileRules() {}

    /**
     * No file of SQL removes rows or tables, and no mapper of MyBatis has a {@code <delete>}, or SQL that removes in another statement.
     *
     * <p>Message: {@code File <db/migration/V7__tidy.sql> has SQL with DELETE of ticket in (V7__tidy.sql:3): rows are removed for good. …}
     *
     * @param options which name the tables that are protected; all are, without
     * @param folders of files that end in {@code .sql} or {@code .xml}, at any depth; those of others are not read
     * @return the rule, which is for any classes
     * @throws IllegalArgumentException if a folder is not there
     */
    public static ArchRule noRemovalIn(RuleOptions options, Path... folders) {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException(
                        folder + " is no folder. Name one that holds migrations or mappers.");
            }
        }
        String text = "no file of SQL removes rows or tables";
        List<Path> all = List.of(folders);
        return ArchRuleDefinition.classes()
                .should(new ArchCondition<JavaClass>(text) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        // files have no class
                    }

                    @Override
                    public void finish(ConditionEvents events) {
                        all.forEach(folder -> files(folder).forEach(file -> report(folder, file, options, events)));
                    }
                })
                .as(text);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> isScript(file) || isMapper(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void report(Path folder, Path file, RuleOptions options, ConditionEvents events) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read as text.", e);
        }
        String name = folder.relativize(file).toString().replace('\\', '/');
        List<String> violations = isMapper(file) ? mapped(name, text, options) : statements(name, text, options);
        violations.forEach(violation -> events.add(SimpleConditionEvent.violated(name, violation)));
    }

    private static boolean isMapper(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".xml");
    }

    private static boolean isScript(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".sql");
    }

    private static List<String> mapped(String name, String text, RuleOptions options) {
        Stream<String> deletes = mapped(MAPPED, name, text, found -> Optional.of("a <delete> of id " + found.group(1)));
        Stream<String> others = mapped(OTHER_STATEMENT, name, text, found -> SqlText.of(
                        MARKUP.matcher(found.group(3)).replaceAll(" "))
                .removal(options)
                .map(removal -> "a <" + found.group(1) + "> of id " + found.group(2) + " with " + removal));
        return Stream.concat(deletes, others).toList();
    }

    private static Stream<String> mapped(
            Pattern statement, String name, String text, Function<MatchResult, Optional<String>> removal) {
        return statement
                .matcher(text)
                .results()
                .filter(found -> !isExempt(text, found.start()))
                .flatMap(found ->
                        removal.apply(found).map(what -> violation(name, what, line(text, found.start()))).stream());
    }

    /** A statement ends at a semicolon; one within a literal or a body splits it, which finds too much rather than too little. */
    private static List<String> statements(String name, String text, RuleOptions options) {
        Stream.Builder<String> all = Stream.builder();
        int start = 0;
        while (start < text.length()) {
            int semicolon = text.indexOf(';', start);
            int end = semicolon < 0 ? text.length() : semicolon;
            String statement = text.substring(start, end);
            int first = start + beginning(statement);
            for (SqlRemoval removal : SqlRemoval.in(statement)) {
                if (removal.tables().stream().anyMatch(options::isProtectedTable) && !isExempt(text, first)) {
                    all.add(violation(
                            name,
                            "SQL with " + removal.act() + " of "
                                    + removal.tables().get(0),
                            line(text, first)));
                }
            }
            start = end + 1;
        }
        return all.build().toList();
    }

    /** Where its first line begins that is neither blank nor a comment. */
    private static int beginning(String statement) {
        Matcher line = Pattern.compile("(?m)^[ \\t]*(?!--)\\S").matcher(statement);
        return line.find() ? line.end() - 1 : 0;
    }

    private static boolean isExempt(String text, int at) {
        int lineStart = text.lastIndexOf('\n', at) + 1;
        int before = lineStart == 0 ? 0 : text.lastIndexOf('\n', lineStart - 2) + 1;
        return EXEMPT.matcher(text.substring(before, at)).find();
    }

    private static int line(String text, int at) {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private static String violation(String name, String what, int line) {
        return "File <" + name + "> has " + what + " in (" + name.substring(name.lastIndexOf('/') + 1) + ":" + line
                + "): rows are removed for good. Mark them, or say why in the line before: allows hard delete: …";
    }
}
