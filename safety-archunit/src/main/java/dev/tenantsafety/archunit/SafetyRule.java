package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all rules share: a text, what they look for, and what takes a place out of them.
 *
 * @param text of the rule, which never changes, for frozen stores know it by its text
 * @param exemption the annotation that takes a place out; null if none does
 * @param search what it looks for
 */
record SafetyRule(String text, Exemption.@Nullable Kind exemption, Search search) {

    /** Looks at a class. */
    @FunctionalInterface
    interface Search {
        void in(JavaClass type, RuleOptions options, Consumer<Finding> found);
    }

    ArchRule standard() {
        return with(RuleOptions.standard());
    }

    ArchRule with(RuleOptions options) {
        return rule(text, options, (type, given, found) -> findings(type, given).stream()
                .filter(finding -> exemption(finding).isEmpty())
                .forEach(found));
    }

    /** What takes a finding out. */
    Optional<Exemption> exemption(Finding finding) {
        return exemption == null ? Optional.empty() : Exemption.of(finding, exemption);
    }

    /** Exempt ones too, each place once. */
    List<Finding> findings(JavaClass type, RuleOptions options) {
        List<Finding> findings = new ArrayList<>();
        search.in(type, options, findings::add);
        return findings;
    }

    /** One event for each place, sorted. */
    static ArchRule rule(String text, RuleOptions options, Search search) {
        return ArchRuleDefinition.classes()
                .should(new ArchCondition<JavaClass>(text) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (!options.includes(type)) {
                            return;
                        }
                        List<Finding> findings = new ArrayList<>();
                        search.in(type, options, findings::add);
                        findings.stream()
                                .sorted(Comparator.comparing(Finding::text))
                                .map(Finding::text)
                                .distinct()
                                .forEach(finding -> events.add(SimpleConditionEvent.violated(type, finding)));
                    }
                })
                .as(text);
    }
}
