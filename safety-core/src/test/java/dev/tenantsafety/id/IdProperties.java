package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.IdRefusal.Reason;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

/** What holds for all IDs, all pairs of kinds and all texts. */
class IdProperties {

    private static final List<IdKind<?>> KINDS = List.of(
            TenantId.KIND, SiteId.KIND, AppId.KIND, InvoiceId.KIND, LedgerId.KIND, AccountId.KIND, RealmId.KIND);

    private static final Map<IdKind<?>, Function<UUID, ?>> CONSTRUCTORS = Map.of(
            TenantId.KIND, TenantId::new,
            SiteId.KIND, SiteId::new,
            AppId.KIND, AppId::new,
            InvoiceId.KIND, InvoiceId::new,
            LedgerId.KIND, LedgerId::new);

    @Property
    void textAndUuidComeBack(@ForAll("uuidKinds") IdKind<?> kind, @ForAll("uuids") UUID any) {
        roundTrip(kind, Tags.isTagged(any) ? withTagOf(kind, any) : any);
    }

    private static <T extends TypedId<T>> void roundTrip(IdKind<T> kind, UUID uuid) {
        T id = kind.of(uuid);
        assertThat(id.uuid()).isEqualTo(uuid);
        assertThat(kind.parse(id.toString())).isEqualTo(id).hasSameHashCodeAs(id);
        assertThat(TypeIdText.parse(id.toString())).isEqualTo(new TypeIdText(kind.prefix(), uuid));
    }

    @Property
    void textAndNumberComeBack(@ForAll @LongRange(min = 0) long number) {
        AccountId id = new AccountId(number);
        assertThat(AccountId.KIND.parse(id.toString())).isEqualTo(id);
        assertThat(id).hasToString("account_" + number);
    }

    @Property(tries = 5000)
    void textAndKeyComeBackInAnyScript(@ForAll @StringLength(min = 1, max = 40) String key) {
        ParseResult<RealmId> made = made(key);
        if (made instanceof ParseResult.Parsed<RealmId> parsed) {
            String text = parsed.id().toString();
            assertThat(text).matches("realm_([A-Za-z0-9._-]|~[0-9a-f]{2})+");
            assertThat(RealmId.KIND.parse(text)).isEqualTo(parsed.id());
            assertThat(parsed.id().text()).isEqualTo(key);
        }
    }

    private static ParseResult<RealmId> made(String key) {
        try {
            return new ParseResult.Parsed<>(new RealmId(key));
        } catch (IllegalIdException e) {
            return new ParseResult.Refused<>(e.refusal());
        }
    }

    @Property
    void theTextOfAnotherKindIsRefused(@ForAll("kinds") IdKind<?> expected, @ForAll("kinds") IdKind<?> actual) {
        if (expected != actual) {
            assertRefused(expected, anId(actual).toString(), Reason.WRONG_KIND, actual.prefix());
        }
    }

    @Property
    void theUuidOfAnotherKindIsRefusedInAnyDress(
            @ForAll("uuidKinds") IdKind<?> expected, @ForAll("taggedKinds") IdKind<?> actual) {
        if (expected == actual) {
            return;
        }
        UUID uuid = anId(actual).uuid();
        assertThatThrownBy(() -> CONSTRUCTORS.get(expected).apply(uuid)).isInstanceOf(IllegalIdException.class);
        assertThatThrownBy(() -> expected.of(uuid))
                .isInstanceOf(IllegalIdException.class)
                .hasMessageContaining(expected.prefix() + "_…")
                .hasMessageContaining(actual.type().getSimpleName())
                .hasMessageContaining(uuid.toString());
        assertThatThrownBy(() -> expected.check(uuid)).isInstanceOf(IllegalIdException.class);
        for (String dressed : List.of(
                new TypeIdText(expected.prefix(), uuid).toString(),
                uuid.toString(),
                "{" + uuid + "}",
                uuid.toString().toUpperCase(Locale.ROOT))) {
            assertRefused(expected, dressed, Reason.WRONG_TAG, actual.prefix());
        }
    }

    private static void assertRefused(IdKind<?> kind, String text, Reason reason, String actual) {
        assertThatThrownBy(() -> kind.parse(text)).isInstanceOfSatisfying(IllegalIdException.class, e -> {
            assertThat(e.refusal().reason()).isEqualTo(reason);
            assertThat(e.refusal().actualPrefix()).contains(actual);
        });
        assertThat(kind.tryParse(text)).isInstanceOf(ParseResult.Refused.class);
        assertThatThrownBy(() -> IdList.of(kind).read(new StringReader(text)))
                .isInstanceOf(IllegalIdListException.class);
    }

    @Property
    void sortingTheTextsSortsByTime(@ForAll("instants") List<Long> instants) {
        List<SiteId> ids = new ArrayList<>();
        for (long millis : instants) {
            ids.add(new SiteId(
                    new IdGenerator(Tags.of("site"), () -> java.time.Instant.ofEpochMilli(millis), new RandomBits())
                            .next()));
        }
        List<SiteId> byText = new ArrayList<>(ids);
        byText.sort(Comparator.comparing(SiteId::toString));
        assertThat(byText)
                .isSortedAccordingTo(Comparator.comparingLong(id -> id.uuid().getMostSignificantBits() >>> 16));
        ids.sort(null);
        assertThat(ids).isEqualTo(byText);
    }

    @Property
    void orderIsThatOfTheTextAndAgreesWithEquals(@ForAll("uuids") UUID a, @ForAll("uuids") UUID b) {
        LedgerId left = new LedgerId(untagged(a));
        LedgerId right = new LedgerId(untagged(b));
        assertThat(Integer.signum(left.compareTo(right)))
                .isEqualTo(Integer.signum(left.toString().compareTo(right.toString())))
                .isEqualTo(-Integer.signum(right.compareTo(left)));
        assertThat(left.compareTo(right) == 0).isEqualTo(left.equals(right));
    }

    @Property
    void numbersAreInTheOrderOfNumbers(@ForAll @LongRange(min = 0) long a, @ForAll @LongRange(min = 0) long b) {
        assertThat(new AccountId(a).compareTo(new AccountId(b))).isEqualTo(Long.compare(a, b));
    }

    @Property(tries = 5000)
    void anyStringParsesAndPrintsBackOrIsRefused(
            @ForAll("kinds") IdKind<?> kind, @ForAll("textsNearAnId") String text) {
        ParseResult<?> result = kind.tryParse(text);
        if (result instanceof ParseResult.Parsed<?> parsed) {
            assertThat(parsed.id()).hasToString(text);
        } else {
            IdRefusal refusal = ((ParseResult.Refused<?>) result).refusal();
            assertThat(refusal.sentence())
                    .startsWith("Expected ")
                    .matches("(?s).*[.?]")
                    .doesNotContain("{expected}", "{input}", "{actual}", "\n", "\r", "\u0000", "\u202e")
                    .hasSizeLessThan(1200);
        }
    }

    @Property(tries = 5000)
    void anyStringIsATypeIdAndPrintsBackOrIsRefused(@ForAll("textsNearAnId") String text) {
        TypeIdText read;
        try {
            read = TypeIdText.parse(text);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).message().isNotBlank();
            return;
        }
        assertThat(read).hasToString(text);
    }

    private static TypedId<?> anId(IdKind<?> kind) {
        return switch (kind.backing()) {
            case UUID -> kind.create();
            case NUMBER -> kind.of(12314L);
            case TEXT -> kind.of("Acme_12.a b~ü");
        };
    }

    private static UUID withTagOf(IdKind<?> kind, UUID uuid) {
        return kind.tag().isPresent()
                ? new UUID(
                        (uuid.getMostSignificantBits() & ~0xfffL) | kind.tag().getAsInt(),
                        uuid.getLeastSignificantBits())
                : untagged(uuid);
    }

    private static UUID untagged(UUID uuid) {
        return Tags.isTagged(uuid)
                ? new UUID(uuid.getMostSignificantBits() ^ 0xf000, uuid.getLeastSignificantBits())
                : uuid;
    }

    @Provide
    Arbitrary<IdKind<?>> kinds() {
        return Arbitraries.of(KINDS);
    }

    @Provide
    Arbitrary<IdKind<?>> uuidKinds() {
        return kinds().filter(kind -> kind.backing() == IdKind.Backing.UUID);
    }

    @Provide
    Arbitrary<IdKind<?>> taggedKinds() {
        return kinds().filter(kind -> kind.tag().isPresent());
    }

    @Provide
    Arbitrary<UUID> uuids() {
        Arbitrary<Long> half = Arbitraries.longs();
        Arbitrary<UUID> any = Combinators.combine(half, half).as(UUID::new);
        return Arbitraries.oneOf(
                any,
                any.map(uuid -> new UUID(
                        (uuid.getMostSignificantBits() & ~0xf000L) | 0x8000L,
                        (uuid.getLeastSignificantBits() & (Long.MAX_VALUE >>> 1)) | Long.MIN_VALUE)));
    }

    @Provide
    Arbitrary<List<Long>> instants() {
        return Arbitraries.longs().between(0, (1L << 48) - 1).list().ofMaxSize(50);
    }

    /** Whole IDs, IDs with one or two characters put in, taken out or replaced, and texts that have nothing to do with it. */
    @Provide
    Arbitrary<String> textsNearAnId() {
        Arbitrary<String> ids = kinds().map(kind -> anId(kind).toString());
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(3),
                Arbitraries.of(
                        "", "_", "-", " ", "{", "}", "i", "l", "o", "u", "8", "\u0130", "\u202e", "\n", "app_", "site_",
                        "~", "~7e", "~41", "."));
        Arbitrary<String> edited = Combinators.combine(
                        ids,
                        pieces,
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 3))
                .as((id, piece, at, cut) -> {
                    int start = Math.min(at, id.length());
                    return id.substring(0, start) + piece + id.substring(Math.min(start + cut, id.length()));
                });
        return Arbitraries.oneOf(ids, edited, edited.map(text -> text.toUpperCase(Locale.ROOT)), Arbitraries.strings());
    }
}
