package dev.tenantsafety.archunit;

import static dev.tenantsafety.archunit.Violations.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.id.RawId;
import dev.tenantsafety.id.SiteId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused")
public class ExemptionRulesTest {

    public static class Wrong {
        @AllowsHardDelete(reason = " ", ticket = "OPS-1", until = "2999-01-01")
        String noReason() {
            return "delete from draft";
        }

        @AllowsHardDelete(reason = "drafts", ticket = "", until = "2999-01-01")
        String noTicket() {
            return "delete from draft";
        }

        @AllowsHardDelete(reason = "drafts", ticket = "OPS-1", until = "some day")
        String noDate() {
            return "delete from draft";
        }

        @AllowsHardDelete(reason = "drafts", ticket = "OPS-1", until = "2026-11-21")
        String passed() {
            return "delete from draft";
        }

        public void raw(@RawId(reason = "") String siteId) {}
    }

    public static class Right {
        @AllowsHardDelete(reason = "drafts", ticket = "OPS-1", until = "2026-11-22")
        String lastDay() {
            return "delete from draft";
        }

        public void raw(@RawId(reason = "the partner's") String siteId) {}
    }

    public record Component(@RawId(reason = "the partner's") String siteId) {}

    private static final RuleOptions TODAY =
            RuleOptions.standard().clock(Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));

    private static List<String> hold(Class<?> type) {
        return violations(ExemptionRules.with(TODAY).get(0), type).stream()
                .map(text -> text.replaceAll(".*Wrong.(\\w+).* in \\(.*?\\): ", "$1: "))
                .toList();
    }

    @Test
    void exemptionsHold() {
        assertThat(hold(Wrong.class))
                .containsExactly(
                        "noDate: it has no date in \"some day\": write it as 2027-06-30.",
                        "noReason: it has no reason: say why, or remove it.",
                        "noTicket: it has no ticket: say where it was agreed on.",
                        "passed: it held until 2026-11-21: mend the code, or agree on another date.",
                        "raw: it has no reason: say why, or remove it.");
        assertThat(hold(Right.class)).isEmpty();
        assertThat(violations(SqlLiteralRules.REMOVALS.with(TODAY), Wrong.class))
                .as("it is said once")
                .isEmpty();
    }

    @AllowsHardDelete(reason = "of the class within", ticket = "OPS-2", until = "2999-01-01")
    public static class Outer {
        static class Inner {
            String sql() {
                return "delete from draft";
            }
        }
    }

    @AllowsHardDelete(reason = "of nothing", ticket = "OPS-3", until = "2999-01-01")
    public static class Needless {
        @RawId(reason = "it is typed")
        public void method(SiteId site) {}

        public void parameter(@RawId(reason = "it is no ID") String name) {}

        @RawId(reason = "twice")
        public void twice(@RawId(reason = "once") String siteId) {}

        @RawId(reason = "the other one is needed")
        @AllowsHardDelete(reason = "drafts", ticket = "OPS-4", until = "2999-01-01")
        public String sql(SiteId site) {
            return "delete from draft";
        }
    }

    @Test
    void exemptionsAreNeeded() {
        assertThat(violations(
                        ExemptionRules.EXEMPTIONS_ARE_NEEDED,
                        Needless.class,
                        Outer.class,
                        Outer.Inner.class,
                        Right.class,
                        Component.class))
                .extracting(text -> text.replaceAll(" in \\(.*?\\)", ""))
                .containsExactly(
                        "Class <ExemptionRulesTest$Needless> has an @AllowsHardDelete: it exempts nothing. Remove it.",
                        "Method <ExemptionRulesTest$Needless.method(dev.tenantsafety.id.SiteId)> has an @RawId: it exempts nothing. "
                                + "Remove it.",
                        "Method <ExemptionRulesTest$Needless.parameter(java.lang.String)> has an @RawId: it exempts nothing. Remove it.",
                        "Method <ExemptionRulesTest$Needless.sql(dev.tenantsafety.id.SiteId)> has an @RawId: it exempts nothing. Remove it.",
                        "Method <ExemptionRulesTest$Needless.twice(java.lang.String)> has an @RawId: it exempts nothing. Remove it.");
    }

    @Test
    void report() {
        assertThat(ExemptionRules.report(new ClassFileImporter().importClasses(Right.class, Outer.class)))
                .containsExactly(
                        "@AllowsHardDelete on dev.tenantsafety.archunit.ExemptionRulesTest$Outer: of the class within (OPS-2, until "
                                + "2999-01-01)",
                        "@AllowsHardDelete on dev.tenantsafety.archunit.ExemptionRulesTest$Right.lastDay(): drafts (OPS-1, until "
                                + "2026-11-22)",
                        "@RawId on parameter 1 of dev.tenantsafety.archunit.ExemptionRulesTest$Right.raw(java.lang.String): the "
                                + "partner's");
    }
}
