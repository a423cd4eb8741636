package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Records in which one line was forgotten or copied: each is found at its first use, whatever that is. */
class RecordTest {

    record Unchecked(UUID uuid) implements TypedId<Unchecked> {
        static final IdKind<Unchecked> KIND = IdKind.of("unchecked", Unchecked.class, Unchecked::new);

        @Override
        public IdKind<Unchecked> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record UncheckedNumber(long number) implements TypedId<UncheckedNumber> {
        static final IdKind<UncheckedNumber> KIND =
                IdKind.ofLong("counted", UncheckedNumber.class, UncheckedNumber::new);

        @Override
        public IdKind<UncheckedNumber> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record CheckedByAnother(UUID uuid) implements TypedId<CheckedByAnother> {
        static final IdKind<CheckedByAnother> KIND =
                IdKind.of("mistaken", CheckedByAnother.class, CheckedByAnother::new);

        CheckedByAnother {
            SiteId.KIND.check(uuid);
        }

        @Override
        public IdKind<CheckedByAnother> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record WrongText(UUID uuid) implements TypedId<WrongText> {
        static final IdKind<WrongText> KIND = IdKind.of("wrongtext", WrongText.class, WrongText::new);

        WrongText {
            KIND.check(uuid);
        }

        @Override
        public IdKind<WrongText> kind() {
            return KIND;
        }
    }

    record TwoKinds(UUID uuid) implements TypedId<TwoKinds> {
        static final IdKind<TwoKinds> KIND = IdKind.of("twokinds", TwoKinds.class, TwoKinds::new);
        static final IdKind<TwoKinds> OTHER = IdKind.of("otherkind", TwoKinds.class, TwoKinds::new);

        TwoKinds {
            KIND.check(uuid);
        }

        @Override
        public IdKind<TwoKinds> kind() {
            return OTHER;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record WrongComponent(UUID value) implements TypedId<WrongComponent> {
        static final IdKind<WrongComponent> KIND = IdKind.of("component", WrongComponent.class, WrongComponent::new);

        WrongComponent {
            KIND.check(value);
        }

        @Override
        public IdKind<WrongComponent> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return "component";
        }
    }

    record Twin(UUID uuid) implements TypedId<Twin> {
        static final IdKind<Twin> KIND = IdKind.of("invoices", Twin.class, Twin::new);

        Twin {
            KIND.check(uuid);
        }

        @Override
        public IdKind<Twin> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record Stricter(long number) implements TypedId<Stricter> {
        static final IdKind<Stricter> KIND = IdKind.ofLong("stricter", Stricter.class, Stricter::new);

        Stricter {
            KIND.check(number);
            if (number == 0) {
                throw new IllegalArgumentException("zero");
            }
        }

        @Override
        public IdKind<Stricter> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record OnlyInAll(UUID uuid) implements TypedId<OnlyInAll> {
        @Override
        public IdKind<OnlyInAll> kind() {
            throw new UnsupportedOperationException();
        }
    }

    record TwoComponents(UUID uuid, String note) implements TypedId<TwoComponents> {
        @Override
        public IdKind<TwoComponents> kind() {
            throw new UnsupportedOperationException();
        }
    }

    record Budget(UUID uuid) implements TypedId<Budget> {
        static final IdKind<Budget> KIND =
                IdKind.of("budget", Budget.class, Budget::new).tagged(0x123);

        Budget {
            KIND.check(uuid);
        }

        @Override
        public IdKind<Budget> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    private static final class NoRecord implements TypedId<NoRecord> {
        @Override
        public IdKind<NoRecord> kind() {
            throw new UnsupportedOperationException();
        }
    }

    private static void assertUnfit(Executable use, String message) {
        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(use::execute)
                    .isInstanceOf(IllegalIdKindException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void aConstructorWithoutCheckIsFoundAtTheFirstUse() {
        String message = "dev.tenantsafety.id.RecordTest$Unchecked cannot be used as an ID: it let"
                + " " + new TypeIdText("unchecked", Tags.lowestWith(Tags.of("unchecked") ^ 1))
                + " pass: its constructor takes"
                + " UUIDs of other kinds. Let it begin with KIND.check(uuid).";
        Unchecked unchecked = new Unchecked(SiteId.create().uuid());
        assertUnfit(unchecked::toString, message);
        assertUnfit(() -> unchecked.compareTo(new Unchecked(UUID.randomUUID())), message);
        assertUnfit(() -> Unchecked.KIND.tryParse("nonsense"), message);
        assertUnfit(() -> Unchecked.KIND.of(UUID.randomUUID()), message);
        assertUnfit(() -> Unchecked.KIND.parse("unchecked_01h455vb4pex5vsknk084sn02q"), message);
        assertUnfit(Unchecked.KIND::create, message);
        assertUnfit(() -> IdKinds.of(Unchecked.class), message);
        assertUnfit(() -> IdKinds.register(Unchecked.KIND), message);
        assertUnfit(
                () -> UncheckedNumber.KIND.of(7),
                "dev.tenantsafety.id.RecordTest$UncheckedNumber cannot be used as an ID: it let counted_-1 pass: its"
                        + " constructor takes negative numbers. Let it begin with KIND.check(number).");
    }

    @Test
    void aCheckByAnotherKindIsFound() {
        assertUnfit(
                () -> IdKinds.register(CheckedByAnother.KIND),
                "dev.tenantsafety.id.RecordTest$CheckedByAnother cannot be used as an ID: its constructor refuses an ID of its"
                        + " own kind. Let it check with its own KIND, and nothing else.");
    }

    @Test
    void aConstructorThatChecksMoreIsFound() {
        String message =
                "dev.tenantsafety.id.RecordTest$Stricter cannot be used as an ID: its constructor refuses an ID of"
                        + " its own kind. Let it check with its own KIND, and nothing else.";
        assertUnfit(() -> new Stricter(7), message);
        assertUnfit(() -> IdKinds.of(Stricter.class), message);
    }

    @Test
    void otherLinesThatAreMissingOrWrongAreFound() {
        assertUnfit(
                () -> new WrongText(UUID.randomUUID()),
                "dev.tenantsafety.id.RecordTest$WrongText cannot be used as an ID: toString() is not the text form. Let it"
                        + " return KIND.format(this).");
        assertUnfit(
                () -> new TwoKinds(UUID.randomUUID()),
                "dev.tenantsafety.id.RecordTest$TwoKinds cannot be used as an ID: kind() returns another kind than the one"
                        + " that was made for it. Let it return KIND, and keep one KIND per record.");
        assertUnfit(
                () -> new WrongComponent(UUID.randomUUID()),
                "dev.tenantsafety.id.RecordTest$WrongComponent cannot be used as an ID: uuid() does not give back what the"
                        + " constructor was given. Name the record's one component UUID uuid.");
    }

    @Test
    void aRivalOfAKindInUseIsFoundAtItsFirstUse() {
        IdKinds.register(InvoiceId.KIND);
        assertUnfit(
                () -> new Twin(UUID.randomUUID()),
                "The prefixes invoices of dev.tenantsafety.id.RecordTest$Twin and invoice of dev.tenantsafety.id.InvoiceId"
                        + " are one edit apart, so one is easily taken for the other. Choose another prefix for Twin.");
    }

    @Test
    void whatCannotBeAKindIsRefusedAtOnce() {
        assertThatThrownBy(() -> IdKind.of("norecord", NoRecord.class, uuid -> new NoRecord()))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessage("dev.tenantsafety.id.RecordTest$NoRecord is no record of one component. An ID is one, so"
                        + " that every way to make one leads through its constructor.");
        assertThatThrownBy(() -> IdKind.of("twocomponents", TwoComponents.class, uuid -> new TwoComponents(uuid, "")))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("RecordTest$TwoComponents is no record of one component.");
        assertThatThrownBy(() -> IdKind.of("Invoice", OnlyInAll.class, OnlyInAll::new))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessage(
                        "The prefix Invoice of dev.tenantsafety.id.RecordTest$OnlyInAll is none: 1 to 63 characters a to z"
                                + " and underscore, an underscore neither first nor last.");
        assertThatThrownBy(() -> InvoiceId.KIND.tagged(4096))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("the tag 4096 does not fit into twelve bits");
        assertThatThrownBy(() -> AccountId.KIND.tagged(1)).isInstanceOf(IllegalIdKindException.class);
        assertThatThrownBy(AccountId.KIND::untagged).isInstanceOf(IllegalIdKindException.class);
        assertThatThrownBy(() -> IdKinds.of(OnlyInAll.class))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("has no kind. Give it a constant KIND");
    }

    @Test
    void theClassAloneLeadsToItsKind() {
        assertThat(IdKinds.of(LedgerId.class)).isSameAs(LedgerId.KIND);
        assertThat(IdKinds.of(AccountId.class)).isSameAs(AccountId.KIND);
        assertThat(SiteId.KIND.untagged()).isNotSameAs(SiteId.KIND);
        assertThat(IdKinds.of(SiteId.class)).isSameAs(SiteId.KIND);
        assertThat(IdKinds.all()).contains(LedgerId.KIND, AccountId.KIND, SiteId.KIND);
    }

    @Test
    void aTagMayBeGiven() {
        Budget budget = Budget.KIND.create();
        assertThat(budget.uuid().getMostSignificantBits() & 0xffff).isEqualTo(0x8123);
        assertThat(Budget.KIND.tag()).hasValue(0x123);
        assertThat(IdKinds.of(Budget.class)).isSameAs(Budget.KIND);
        assertThat(IdKinds.identify(budget.uuid())).containsSame(Budget.KIND);
        assertThatThrownBy(() -> new Budget(Tags.lowestWith(Tags.of("budget")))).isInstanceOf(IllegalIdException.class);
    }

    @Test
    void aBareUuidSaysWhatItIs() {
        assertThat(IdKinds.identify(SiteId.create().uuid())).containsSame(SiteId.KIND);
        assertThat(IdKinds.identify(UUID.randomUUID())).isEmpty();
        assertThat(IdKinds.identify(LedgerId.KIND.create().uuid())).isEmpty();
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void idsOfDifferentKindsHaveNoOrder() {
        Comparable site = SiteId.create();
        assertThatThrownBy(() -> site.compareTo(AppId.create()))
                .isInstanceOf(ClassCastException.class)
                .hasMessageContaining("are of different kinds, site (SiteId) and app (AppId), and have no order.");
    }
}
