package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** {@code @AllowsHardDelete} and {@code @RawId} have a reason, have not expired, and exempt something. */
public final class ExemptionRules {

    /**
     * Each exemption has its reason, and one from hard deletes a ticket and a day that has not passed.
     *
     * <pre>{@code
     * @AllowsHardDelete(reason = "", ticket = "OPS-1", until = "2027-01-01")         // violation
     * @AllowsHardDelete(reason = "drafts", ticket = "OPS-1", until = "2021-01-01")   // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> has an @AllowsHardDelete in (Cleanup.java:7): it held until 2021-01-01: mend the code, …}
     */
    public static final ArchRule EXEMPTIONS_HOLD = exemptionsHold(RuleOptions.standard());

    /**
     * Each exemption exempts something.
     *
     * <pre>{@code
     * @RawId(reason = "the partner's") void close(SiteId site) { … } // violation: there is no raw ID
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.close(SiteId)> has an @RawId in (Sites.java:7): it exempts nothing. Remove it.}
     */
    public static final ArchRule EXEMPTIONS_ARE_NEEDED = exemptionsAreNeeded(RuleOptions.standard());

    private ExemptionRules() {}

    /**
     * The rules of this group, with other options than the constants have.
     *
     * @param options what to look at
     * @return one by one
     */
    public static List<ArchRule> with(RuleOptions options) {
        return List.of(exemptionsHold(options), exemptionsAreNeeded(options));
    }

    /**
     * All exemptions, for a report.
     *
     * @param classes which were imported
     * @return a line each, sorted; empty without any
     */
    public static List<String> report(JavaClasses classes) {
        return classes.stream()
                .flatMap(type -> Exemption.in(type).stream())
                .map(Exemption::words)
                .sorted()
                .toList();
    }

    private static ArchRule exemptionsHold(RuleOptions options) {
        return SafetyRule.rule(
                "every exemption has its reason and has not expired",
                options,
                (type, given, found) -> Exemption.in(type).forEach(exemption -> exemption
                        .problem(given.today())
                        .ifPresent(problem -> found.accept(finding(exemption, "it " + problem + ".")))));
    }

    private static ArchRule exemptionsAreNeeded(RuleOptions options) {
        return SafetyRule.rule("every exemption exempts something", options, ExemptionRules::needless);
    }

    private static void needless(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        List<Exemption> all = Exemption.in(type);
        if (all.isEmpty()) {
            return;
        }
        List<Exemption> needed = new ArrayList<>();
        for (JavaClass one : withNested(type)) {
            for (SafetyRule rule : TenantSafetyRules.RULES) {
                rule.findings(one, options).stream()
                        .flatMap(finding -> rule.exemption(finding).stream())
                        .forEach(needed::add);
            }
        }
        for (Exemption exemption : all) {
            if (needed.stream().noneMatch(exemption::isSameAs)) {
                found.accept(finding(exemption, "it exempts nothing. Remove it."));
            }
        }
    }

    /** With the classes within it, for which its exemptions hold too. */
    private static List<JavaClass> withNested(JavaClass type) {
        List<JavaClass> all = new ArrayList<>(List.of(type));
        type.getPackage().getClasses().stream()
                .filter(one -> one.getName().startsWith(type.getName() + "$"))
                .forEach(all::add);
        return all;
    }

    private static Finding finding(Exemption exemption, String problem) {
        String what = "has an " + exemption.kind().simpleName() + ": " + problem;
        HasAnnotations<?> element = exemption.element();
        if (element instanceof JavaParameter parameter) {
            return Finding.of(parameter, what);
        }
        return element instanceof JavaMember member ? Finding.of(member, what) : Finding.of((JavaClass) element, what);
    }
}
