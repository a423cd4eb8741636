package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On registries of its own, so that no test leaves a kind behind. */
class KindRegistryTest {

    private record First(UUID uuid) implements TypedId<First> {
        @Override
        public IdKind<First> kind() {
            throw new UnsupportedOperationException();
        }
    }

    private record Second(UUID uuid) implements TypedId<Second> {
        @Override
        public IdKind<Second> kind() {
            throw new UnsupportedOperationException();
        }
    }

    private final KindRegistry registry = new KindRegistry();

    private static IdKind<First> first(String prefix) {
        return IdKind.of(prefix, First.class, First::new);
    }

    private static IdKind<Second> second(String prefix) {
        return IdKind.of(prefix, Second.class, Second::new);
    }

    @ParameterizedTest
    @CsvSource({
        "invoice, invoices, are one edit apart",
        "invoices, invoice, are one edit apart",
        "order, border, are one edit apart",
        "order, oder, are one edit apart",
        "order, older, are one edit apart",
        "order, ordre, are one edit apart",
        "a, b, are one edit apart",
        "order, order_line, are nested at an underscore",
        "line, order_line, are nested at an underscore",
        "order_line, line, are nested at an underscore",
        "line, order_line_item, are nested at an underscore",
        "order_line, order_line_item, are nested at an underscore",
    })
    void prefixesEasilyTakenForEachOtherAreRefused(String one, String other, String confusion) {
        IdKind<First> kept = first(one);
        registry.register(kept);
        assertThatThrownBy(() -> registry.register(second(other)))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessage("The prefixes " + other + " of " + Second.class.getName() + " and " + one + " of "
                        + First.class.getName() + " " + confusion
                        + ", so one is easily taken for the other. Choose another prefix for Second.");
        assertThat(registry.inUse()).containsExactly(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "order, invoice",
        "order, orderline",
        "order, preorder",
        "order, reorders",
        "abcd, badc",
        "ab, cd",
        "a, bcd"
    })
    void otherPrefixesAreFine(String one, String other) {
        registry.register(first(one));
        assertThatCode(() -> registry.register(second(other))).doesNotThrowAnyException();
    }

    @Test
    void onePrefixForTwoClassesIsRefused() {
        registry.register(first("invoice"));
        assertThatThrownBy(() -> registry.register(IdKind.ofLong("invoice", AccountId.class, AccountId::new)))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessage("The prefix invoice of dev.tenantsafety.id.AccountId is taken by " + First.class.getName()
                        + ". Choose another prefix for dev.tenantsafety.id.AccountId, or use the other class instead.");
    }

    @Test
    void oneTagForTwoPrefixesIsRefusedWithOneThatIsFree() {
        IdKind<First> parent = first("parent");
        registry.register(parent);
        assertThatThrownBy(() -> registry.register(second("tila")))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessage("The prefixes tila of " + Second.class.getName() + " and parent of " + First.class.getName()
                        + " share the tag 0x0c8, so their bare UUIDs could not be told apart. Give Second a tag of its own:"
                        + " IdKind.of(…).tagged(0x0c9).");
        assertThatCode(() -> registry.register(second("tila").tagged(0xc9))).doesNotThrowAnyException();
        assertThatCode(() -> new KindRegistry().register(second("tila").untagged()))
                .doesNotThrowAnyException();
    }

    @Test
    void conflictsWithOursDoNotDependOnWhetherOursAreInUse() {
        for (String near : List.of("sites", "site_member", "ap", "mobile_app", "tenants")) {
            assertThatThrownBy(() -> registry.register(first(near)))
                    .isInstanceOf(IllegalIdKindException.class)
                    .hasMessageContaining(near);
        }
    }

    @Test
    void aKindOfOneOfOurPrefixesStandsInForOurs() {
        registry.register(first("site"));
        assertThat(registry.withPrefix("site").className()).isEqualTo(First.class.getName());
        assertThatThrownBy(() -> registry.register(SiteId.KIND))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("The prefix site of dev.tenantsafety.id.SiteId is taken by");
    }

    @Test
    void oursInUseKeepTheirPrefix() {
        registry.register(SiteId.KIND);
        assertThatThrownBy(() -> registry.register(first("site")))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessage("The prefix site of " + First.class.getName()
                        + " is taken by dev.tenantsafety.id.SiteId. To have"
                        + " yours stand in for ours, register it before the first use of ours.");
    }

    @Test
    void registeringAgainHasNoEffect() {
        IdKind<First> kind = first("invoice");
        registry.register(kind);
        registry.register(kind);
        assertThat(registry.inUse()).containsExactly(kind);
    }

    @Test
    void manyThreadsMayRegisterAndOnlyOneOfTwoRivalsWins() throws Exception {
        for (int round = 0; round < 50; round++) {
            KindRegistry shared = new KindRegistry();
            List<IdKind<?>> rivals =
                    List.of(first("invoice"), second("invoices"), first("invoice"), second("invoices"));
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = rivals.stream()
                    .map(kind -> new Thread(() -> {
                        try {
                            start.await();
                            shared.register(kind);
                        } catch (IllegalIdKindException | InterruptedException refused) {
                            // one class of the two must be refused; which one is left to chance
                        }
                    }))
                    .toList();
            threads.forEach(Thread::start);
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(shared.inUse().stream().map(IdKind::prefix).distinct()).hasSize(1);
        }
    }

    /** Ours that nobody has used yet is none of the others of ours. */
    @Test
    void anUnusedKindOfOursIsItself() {
        for (IdKind<?> kind : List.of(TenantId.KIND, SiteId.KIND, AppId.KIND, DeletionId.KIND)) {
            KindRegistry.Entry entry = new KindRegistry().withPrefix(kind.prefix());
            assertThat(entry).isNotNull();
            assertThat(entry.kindOrOurs()).isSameAs(kind);
        }
    }

    @Test
    void theTagsFollowFromThePrefixForEver() {
        assertThat(Tags.of("tenant")).isEqualTo(0xb44);
        assertThat(Tags.of("site")).isEqualTo(0x767);
        assertThat(Tags.of("app")).isEqualTo(0x59b);
        assertThat(Tags.of("invoice")).isEqualTo(0x84c);
        assertThat(SiteId.KIND.tag()).hasValue(0x767);
        assertThat(LedgerId.KIND.tag()).isEmpty();
        assertThat(AccountId.KIND.tag()).isEmpty();
        assertThat(IntStream.range(0, 26).map(i -> Tags.of(String.valueOf((char) ('a' + i)))))
                .doesNotHaveDuplicates();
    }
}
