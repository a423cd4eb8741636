package dev.tenantsafety.archunit;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.List;
import java.util.stream.Stream;

/**
 * All rules as one.
 *
 * <pre>{@code
 * @AnalyzeClasses(packages = "com.acme")
 * class SafetyRulesTest {
 *     @ArchTest static final ArchRule safety = TenantSafetyRules.all();
 * }
 * }</pre>
 *
 * <p>Without a test engine: {@code TenantSafetyRules.all().check(new ClassFileImporter().importPackages("com.acme"))}, which throws an
 * {@link AssertionError} that names each place. What the code uses has to be on the class path, or calls through its types are not
 * recognized.
 */
public final class TenantSafetyRules {

    static final List<SafetyRule> RULES = Stream.of(
                    HardDeleteRules.RULES,
                    SqlLiteralRules.RULES,
                    AmbiguousIdRules.RULES,
                    DestructiveApiRules.RULES,
                    MappingRules.RULES,
                    OwnershipRules.RULES)
            .flatMap(List::stream)
            .toList();

    private TenantSafetyRules() {}

    /**
     * With standard options.
     *
     * @return all rules as one
     */
    public static ArchRule all() {
        return all(RuleOptions.standard());
    }

    /**
     * With these options.
     *
     * @param options what to look at
     * @return all rules as one
     */
    public static ArchRule all(RuleOptions options) {
        return CompositeArchRule.of(list(options)).as("tenant safety");
    }

    /**
     * One by one, to freeze some and not others.
     *
     * @param options what to look at
     * @return in a stable order
     */
    public static List<ArchRule> list(RuleOptions options) {
        return Stream.concat(RULES.stream().map(rule -> rule.with(options)), ExemptionRules.with(options).stream())
                .toList();
    }
}
