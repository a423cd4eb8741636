package dev.tenantsafety.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TenantScopeTest {

    private final TenantId tenant = TenantId.create();
    private final TenantId other = TenantId.create();
    private final SiteId site = SiteId.create();

    @AfterEach
    void nothingStaysOpen() {
        assertThat(OpenScope.current()).isSameAs(OpenScope.nothing());
    }

    @Test
    void isOpenWhileItsWorkIsDone() {
        assertThat(TenantScope.current()).isEmpty();
        TenantScope.of(tenant).run(() -> {
            assertThat(TenantScope.require()).isEqualTo(TenantScope.of(tenant));
            assertThat(TenantScope.require().find(TenantId.KIND)).contains(tenant);
            assertThat(TenantScope.require().find(SiteId.KIND)).isEmpty();
        });
        assertThat(TenantScope.current()).isEmpty();
    }

    @Test
    void isClosedWhenItsWorkThrows() {
        assertThatThrownBy(() -> TenantScope.of(tenant).call(() -> {
                    throw new IOException("disk");
                }))
                .isInstanceOf(IOException.class);
        assertThat(TenantScope.current()).isEmpty();
    }

    @Test
    void givesTheResultOfItsWork() {
        assertThat(TenantScope.of(tenant).call(() -> 7)).isEqualTo(7);
    }

    @Test
    void nestedScopesNarrow() {
        TenantScope both = TenantScope.of(tenant).narrow(site);
        assertThat(both.levels()).isEqualTo(List.of(tenant, site));
        TenantScope.of(tenant).run(() -> TenantScope.of(site).run(() -> {
            assertThat(TenantScope.require()).isEqualTo(both);
            // opening the wider scope again does not widen
            TenantScope.of(tenant).run(() -> assertThat(TenantScope.require()).isEqualTo(both));
        }));
    }

    @Test
    void anotherOwnerInsideIsRefused() {
        TenantScope.of(tenant).run(() -> {
            assertThatThrownBy(() ->
                            TenantScope.of(other).run(() -> assertThat(true).isFalse()))
                    .isInstanceOf(TenantScopeConflictException.class)
                    .hasMessage("The scope of " + other + " cannot be opened inside that of " + tenant
                            + ": a nested scope narrows, it never changes whose data is touched. Leave the outer scope "
                            + "first, or do the work of several tenants one after the other.");
            assertThat(TenantScope.require()).isEqualTo(TenantScope.of(tenant));
        });
        assertThatThrownBy(() -> TenantScope.of(tenant).narrow(other)).isInstanceOf(TenantScopeConflictException.class);
    }

    @Test
    void withoutScopeThereIsNoOwner() {
        assertThatThrownBy(TenantScope::require)
                .isInstanceOf(NoTenantScopeException.class)
                .hasMessageStartingWith("No tenant scope is open on this thread.");
        assertThatThrownBy(() -> TenantScope.of(site).require(TenantId.KIND))
                .isInstanceOf(NoTenantScopeException.class)
                .hasMessage(
                        "The open scope, " + site + ", names no tenant. Narrow it with TenantScope.of(tenant).run(…).");
    }

    @Test
    void theRefusalNamesTheThingAndBothWaysOut() {
        assertThat(NoTenantScopeException.forOwned("Ticket", List.of(TenantId.KIND), null))
                .hasMessage(
                        "Ticket is owned by a tenant, and no tenant scope is open on this thread. Open one with "
                                + "TenantScope.of(tenant).run(…), or say why you need all tenants with CrossTenant.read(\"…\").");
        assertThat(NoTenantScopeException.forOwned("Hook", List.of(AppId.KIND), TenantScope.of(tenant)))
                .hasMessage("Hook is owned by an app, and the open scope, " + tenant
                        + ", names none. Narrow it with TenantScope.of(app).run(…).");
    }

    @Nested
    class AcrossTenants {

        @Test
        void isNoTenantsScopeButAGrant() {
            CrossTenant.read("report").run(() -> {
                OpenScope open = OpenScope.current();
                assertThat(TenantScope.current()).isEmpty();
                assertThat(open.isEmpty()).isFalse();
                assertThat(open.crossTenant().orElseThrow().writing()).isFalse();
                assertThat(open.crossTenant().orElseThrow().reason()).isEqualTo("report");
                assertThat(open).hasToString("all tenants (\"report\")");
            });
            assertThat(CrossTenant.write("repair").call(() -> OpenScope.current()
                            .crossTenant()
                            .orElseThrow()
                            .writing()))
                    .isTrue();
        }

        @Test
        void needsAReasonAndSomeTime() {
            assertThatThrownBy(() -> CrossTenant.read(" ")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> CrossTenant.read("x").within(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void cannotBeReachedFromInsideATenant() {
            TenantScope.of(tenant)
                    .run(() -> assertThatThrownBy(() -> CrossTenant.read("peek").run(() -> {}))
                            .isInstanceOf(TenantScopeConflictException.class)
                            .hasMessageContaining("nested scopes never widen"));
        }

        @Test
        void narrowsToATenantThatKeepsItsBounds() {
            CrossTenant.read("nightly").run(() -> TenantScope.of(tenant).run(() -> {
                assertThat(TenantScope.require()).isEqualTo(TenantScope.of(tenant));
                assertThat(OpenScope.current().crossTenant().orElseThrow().writing())
                        .isFalse();
            }));
        }

        @Test
        void neverAllowsMoreThanAnOuterOne() {
            CrossTenant.read("a").within(Duration.ofMinutes(1)).run(() -> {
                assertThatThrownBy(() -> CrossTenant.write("b").run(() -> {}))
                        .isInstanceOf(TenantScopeConflictException.class);
                long outer = OpenScope.current().crossTenant().orElseThrow().deadline();
                CrossTenant.read("c").within(Duration.ofHours(1)).run(() -> assertThat(
                                OpenScope.current().crossTenant().orElseThrow().deadline())
                        .isEqualTo(outer));
            });
        }

        @Test
        void endsWhenItsTimeIsOver() {
            CrossTenant.read("quick").within(Duration.ofNanos(1)).run(() -> {
                OpenScope open = OpenScope.current();
                assertThatThrownBy(open::checkTime)
                        .isInstanceOf(CrossTenantExpiredException.class)
                        .hasMessageContaining("\"quick\"");
                assertThatThrownBy(() -> TenantScope.of(tenant).run(() -> {}))
                        .isInstanceOf(CrossTenantExpiredException.class);
            });
            CrossTenant.read("slow").run(() -> OpenScope.current().checkTime());
        }
    }

    @Test
    void markedDataIsSeenWithinTheSameScope() {
        TenantScope.of(tenant).run(() -> {
            IncludeDeleted.because("bin").run(() -> {
                assertThat(OpenScope.current().includesDeleted()).isTrue();
                assertThat(TenantScope.require()).isEqualTo(TenantScope.of(tenant));
                assertThat(OpenScope.current()).hasToString(tenant + " with marked data");
            });
            assertThat(OpenScope.current().includesDeleted()).isFalse();
        });
        assertThatThrownBy(() -> IncludeDeleted.because("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatReachesFartherIsObserved() {
        RecordingObserver.EVENTS.clear();
        CrossTenant.write("repair").run(() -> {});
        TenantScope.of(tenant).run(() -> IncludeDeleted.because("bin").run(() -> {}));
        TenantScope.of(tenant).run(() -> {});
        assertThat(RecordingObserver.EVENTS.stream().map(ScopeEvent::toString))
                .containsExactly(
                        "Work writes across tenants (\"repair\"): begins.",
                        "Work writes across tenants (\"repair\"): has ended.",
                        "Work looks at marked data of " + tenant + " (\"bin\"): begins.",
                        "Work looks at marked data of " + tenant + " (\"bin\"): has ended.");
    }

    @Test
    void whatCannotBeObservedDoesNotBegin() {
        RecordingObserver.failing = true;
        try {
            assertThatThrownBy(() -> CrossTenant.read("unseen")
                            .run(() -> assertThat(true).isFalse()))
                    .hasMessage("no audit, no work");
        } finally {
            RecordingObserver.failing = false;
        }
    }
}
