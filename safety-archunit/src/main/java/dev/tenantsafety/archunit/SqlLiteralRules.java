package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.SourceCodeLocation;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What SQL, JPQL and HQL in the texts of code does. Literals, text blocks, concatenations, static finals where they are used, annotations
 * and lambdas are read, whatever they are handed to: JDBC, {@code JdbcTemplate}, {@code JdbcClient}, R2DBC, {@code createQuery}. A text that
 * is put together in a loop, or read from a file, is not seen. An exemption is {@code @AllowsHardDelete} on the method or a class around it.
 *
 * <p>A text counts as SQL if it begins as a statement does and is not written as a sentence is; see {@code docs/rules.md}.
 */
public final class SqlLiteralRules {

    static final SafetyRule REMOVALS =
            rule("no text in code is SQL that removes rows or tables", SqlLiteralRules::removals);
    static final SafetyRule UNSCOPED =
            rule("no text in code is SQL about rows of all tenants", SqlLiteralRules::unscoped);

    static final List<SafetyRule> RULES = List.of(REMOVALS);

    /**
     * No text is SQL that removes rows or tables.
     *
     * <pre>{@code
     * jdbc.update("delete from ticket where id = ?", id);    // violation
     * statement.execute("TRUNCATE " + table);                // violation
     * em.createQuery("delete Ticket t where t.closed = true"); // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> has SQL with DELETE of ticket in (Cleanup.java:7): rows are removed for good, past every
     * interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_IN_TEXTS = REMOVALS.standard();

    private SqlLiteralRules() {}

    private static SafetyRule rule(String text, SafetyRule.Search search) {
        return new SafetyRule(text, Exemption.Kind.HARD_DELETE, search);
    }

    /**
     * The rules of this group, with other options than the constants have.
     *
     * @param options what to look at
     * @return one by one
     */
    public static List<ArchRule> with(RuleOptions options) {
        return RULES.stream().map(rule -> rule.with(options)).toList();
    }

    /**
     * A warning and not part of {@link TenantSafetyRules#all()}: SELECT and UPDATE of protected tables that name no tenant column.
     *
     * <pre>{@code
     * jdbc.query("select * from ticket where closed", …); // violation with protectedTables("ticket")
     * }</pre>
     *
     * <p>Message: {@code Method <Report.run()> has SQL about ticket without tenant_id in (Report.java:7): it reaches the rows of all tenants.
     * …}
     *
     * @param options which name the tables; without any, nothing is found
     * @return the rule
     */
    public static ArchRule noSqlWithoutTenant(RuleOptions options) {
        return UNSCOPED.with(options);
    }

    private static void removals(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        each(type, (text, place) -> text.removal(options)
                .map(removal -> "has SQL with " + removal
                        + ": rows are removed for good, past every interceptor. Mark them, or "
                        + Exemption.Kind.HARD_DELETE.words() + ".")
                .ifPresent(what -> found.accept(place.apply(what))));
    }

    private static void unscoped(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        String columns =
                String.join(" or ", options.tenantColumns().stream().sorted().toList());
        each(type, (text, place) -> text.unscoped(options)
                .map(table -> "has SQL about " + table + " without " + columns
                        + ": it reaches the rows of all tenants. Name the tenant in it, or "
                        + Exemption.Kind.HARD_DELETE.words() + ".")
                .ifPresent(what -> found.accept(place.apply(what))));
    }

    /** Each text, and what makes a finding of it at its place. */
    private static void each(JavaClass type, BiConsumer<SqlText, Function<String, Finding>> texts) {
        for (ClassFile.Text text : ClassFile.of(type).texts()) {
            SourceCodeLocation line = SourceCodeLocation.of(type, text.line());
            member(type, text.method())
                    .ifPresent(member -> texts.accept(
                            text.isQuery() ? SqlText.ofQuery(text.value()) : SqlText.of(text.value()),
                            what -> Finding.of(member, line, what)));
        }
        annotations(type, type, (text, at) -> texts.accept(text, what -> Finding.of(type, at + what)));
        for (JavaMember member : type.getMembers()) {
            annotations(type, member, (text, at) -> texts.accept(text, what -> Finding.of(member, at + what)));
        }
    }

    private static void annotations(JavaClass type, HasAnnotations<?> element, BiConsumer<SqlText, String> texts) {
        for (JavaAnnotation<?> annotation : element.getAnnotations()) {
            String name = annotation.getRawType().getSimpleName();
            if (!HardDeleteRules.reads(type, annotation.getRawType().getName())) {
                boolean isQuery = name.endsWith("Query") || name.equals("HQL"); // of any framework
                strings(annotation)
                        .map(text -> isQuery ? SqlText.ofQuery(text) : SqlText.of(text))
                        .forEach(text -> texts.accept(text, "is annotated with @" + name + " and "));
            }
        }
    }

    private static Optional<JavaCodeUnit> member(JavaClass type, String method) {
        Optional<JavaCodeUnit> unit = type.getCodeUnits().stream()
                .filter(one -> (one.getName() + one.getDescriptor()).equals(method))
                .findFirst();
        return unit.isPresent() ? unit : type.getStaticInitializer().map(JavaCodeUnit.class::cast);
    }

    /** All texts in it, however deep. */
    private static Stream<String> strings(Object value) {
        if (value instanceof String text) {
            return Stream.of(text);
        }
        if (value instanceof JavaAnnotation<?> annotation) {
            return annotation.getProperties().values().stream().flatMap(SqlLiteralRules::strings);
        }
        return value instanceof Object[] array
                ? Arrays.stream(array).flatMap(SqlLiteralRules::strings)
                : Stream.empty();
    }
}
