package dev.tenantsafety.archunit;

import static dev.tenantsafety.archunit.Violations.shortly;
import static dev.tenantsafety.archunit.Violations.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.RawId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TypedId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unused")
public class DestructiveApiRulesTest {

    public record Report(int marked) {}

    public record DeletionPlan(List<SiteId> sites) {}

    public enum Mode {
        MARK,
        PERMANENT
    }

    private static final Report DONE = new Report(1);

    /** What the rules ask for. */
    public static class Good {
        public Report delete(SiteId site) {
            return DONE;
        }

        public Report purge(DeletionPlan plan) {
            return DONE;
        }

        public Report purge(DeletionPlan plan, List<SiteId> but) {
            return DONE;
        }

        public Report deleteApp(AppId app) {
            return DONE;
        }

        public void removeListener(Runnable listener, boolean now) {}

        public void rename(SiteId site, boolean quietly) {}

        public void deletedSites(boolean all, List<SiteId> sites) {}

        void hidden(TypedId<?> id) {}
    }

    /** Overrides what it did not make. */
    public static class OfTheJdk extends HashMap<UUID, String> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable String remove(@Nullable Object id) {
            return super.remove(id);
        }
    }

    @Test
    void whatIsAskedForPasses() {
        for (ArchRule rule : DestructiveApiRules.with(RuleOptions.standard())) {
            assertThat(violations(rule, Good.class, OfTheJdk.class))
                    .as(rule.getDescription())
                    .isEmpty();
        }
    }

    public static class Supertypes {
        public Report delete(TypedId<?> id) {
            return DONE;
        }

        public <T extends TypedId<T>> Report remove(T id) {
            return DONE;
        }

        public Report purge(Object siteId) {
            return DONE;
        }

        public Report erase(List<? extends TypedId<?>> ids) {
            return DONE;
        }
    }

    /** Of things that elsewhere are taken for no tenant's. */
    public static class OfAnything {
        public Report deleteTasks(List<String> taskIds) {
            return DONE;
        }

        public Report purgeEvents(java.util.Set<Long> eventIds, boolean hard) {
            return DONE;
        }

        public Report closeTasks(List<String> taskIds, boolean hard) {
            return DONE;
        }
    }

    @Test
    void nothingIsLeftOutWhereItIsDestroyed() {
        assertThat(shortly(DestructiveApiRules.NO_MANY_IDS_WITHOUT_PLAN, OfAnything.class))
                .extracting(DestructiveApiRulesTest::shorter)
                .containsExactly("deleteTasks takes many IDs, List<String>", "purgeEvents takes many IDs, Set<Long>");
        assertThat(shortly(DestructiveApiRules.NO_MODE, OfAnything.class))
                .extracting(DestructiveApiRulesTest::shorter)
                .containsExactly("purgeEvents takes a mode, boolean");
    }

    @Test
    void supertypes() {
        assertThat(shortly(DestructiveApiRules.NO_ID_OF_ANY_KIND, Supertypes.class))
                .extracting(DestructiveApiRulesTest::shorter)
                .containsExactly(
                        "delete takes an ID of any kind, TypedId<?>",
                        "erase takes an ID of any kind, List<? extends TypedId<?>>",
                        "purge takes an ID of any kind, Object",
                        "remove takes an ID of any kind, T");
    }

    private static String shorter(String text) {
        return text.replaceAll("Method <DestructiveApiRulesTest.\\w+.(\\w+)\\(.*?\\)>", "$1");
    }

    public static class Collections {
        public Report delete(List<SiteId> sites) {
            return DONE;
        }

        public Report purge(UUID... ids) {
            return DONE;
        }

        public Report retire(Map<SiteId, String> sites) {
            return DONE;
        }

        public Report remove(Iterable<String> siteIds) {
            return DONE;
        }

        public Report removeNames(List<String> names) {
            return DONE;
        }
    }

    @Test
    void collections() {
        assertThat(shortly(DestructiveApiRules.NO_MANY_IDS_WITHOUT_PLAN, Collections.class))
                .extracting(DestructiveApiRulesTest::shorter)
                .containsExactly(
                        "delete takes many IDs, List<SiteId>",
                        "purge takes many IDs, UUID[]",
                        "remove takes many IDs, Iterable<String>",
                        "retire takes many IDs, Map<SiteId, String>");
    }

    public static class Modes {
        public Report delete(SiteId site, boolean permanent) {
            return DONE;
        }

        public Report delete(String siteId, Mode mode) {
            return DONE;
        }

        public Report purge(UUID site, @Nullable Boolean now) {
            return DONE;
        }
    }

    @Test
    void modes() {
        assertThat(shortly(DestructiveApiRules.NO_MODE, Modes.class))
                .extracting(DestructiveApiRulesTest::shorter)
                .containsExactly(
                        "delete takes a mode, boolean",
                        "delete takes a mode, DestructiveApiRulesTest$Mode",
                        "purge takes a mode, Boolean");
    }

    public static class Overloads {
        public Report delete(SiteId site) {
            return DONE;
        }

        public Report delete(AppId app) {
            return DONE;
        }

        public Report delete(SiteId site, String why) {
            return DONE;
        }

        public Report delete(SiteId site, int waves) {
            return DONE;
        }
    }

    @Test
    void overloads() {
        assertThat(shortly(DestructiveApiRules.NO_OVERLOAD_BY_KIND, Overloads.class))
                .containsExactly(
                        "Method <DestructiveApiRulesTest$Overloads.delete(dev.tenantsafety.id.SiteId)> differs from "
                                + "<DestructiveApiRulesTest$Overloads.delete(dev.tenantsafety.id.AppId)> in the kind of an ID");
    }

    public static class Optionals {
        public Report delete(Optional<SiteId> site) {
            return DONE;
        }

        public Report remove(@Nullable SiteId site, @Nullable String why) {
            return DONE;
        }
    }

    @Test
    void optionals() {
        assertThat(shortly(DestructiveApiRules.NO_OPTIONAL_ID, Optionals.class))
                .extracting(DestructiveApiRulesTest::shorter)
                .containsExactly(
                        "delete takes an ID that may be missing, Optional<SiteId>",
                        "remove takes an ID that may be missing, SiteId");
    }

    public static class Voids {
        public void delete(SiteId site) {}

        @RawId(reason = "an event, whose handlers answer nobody")
        public void remove(SiteId site) {}
    }

    @Test
    void voids() {
        assertThat(violations(DestructiveApiRules.NO_VOID, Voids.class))
                .containsExactly(
                        "Method <DestructiveApiRulesTest$Voids.delete(dev.tenantsafety.id.SiteId)> returns nothing in "
                                + "(DestructiveApiRulesTest.java:" + LINE
                                + "): who calls it cannot tell what it has done. Return what was marked, and how to undo it, or "
                                + "@RawId(reason = …).");
    }

    private static final int LINE = 241;

    public static class Zap {
        public void zap(SiteId site) {}
    }

    @Test
    void verbsThatWereNamed() {
        assertThat(violations(DestructiveApiRules.NO_VOID, Zap.class)).isEmpty();
        assertThat(violations(
                        DestructiveApiRules.VOIDS.with(RuleOptions.standard().destructiveVerbs("zap")), Zap.class))
                .hasSize(1);
    }
}
