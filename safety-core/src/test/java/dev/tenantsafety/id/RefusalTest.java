package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.IdRefusal.Reason;
import java.util.EnumSet;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal and its whole sentence: the sentence is the product. */
class RefusalTest {

    private static final UUID SITE_UUID = UUID.fromString("018e2a5c-3d40-8767-8a41-0123456789ab");
    private static final UUID APP_UUID = UUID.fromString("018e2a5c-3d40-859b-8a41-0123456789ab");
    private static final String SITE = "site_01hrn5rfa0gxkrmg814d2pf2db";
    private static final String APP = "app_01hrn5rfa0gpdrmg814d2pf2db";
    private static final String EXPECTED = "Expected an app ID (app_…) but ";

    private record Case(IdKind<?> kind, String text, Reason reason, String sentence) {
        @Override
        public String toString() {
            return reason + " " + Quote.of(String.valueOf(text));
        }
    }

    private static Case app(String text, Reason reason, String rest) {
        return new Case(AppId.KIND, text, reason, EXPECTED + rest);
    }

    private static Case account(String text, Reason reason, String rest) {
        return new Case(AccountId.KIND, text, reason, "Expected an account ID (account_…) but " + rest);
    }

    private static Case realm(String text, Reason reason, String rest) {
        return new Case(RealmId.KIND, text, reason, "Expected a realm ID (realm_…) but " + rest);
    }

    @BeforeAll
    static void kindsAreKnown() {
        Stream.of(SiteId.KIND, AppId.KIND, InvoiceId.KIND, LedgerId.KIND, AccountId.KIND, RealmId.KIND)
                .forEach(IdKinds::register);
    }

    @SuppressWarnings("UnicodeEscape")
    static Stream<Case> cases() {
        String million = "app_" + "0".repeat(10 << 20);
        return Stream.of(
                app(null, Reason.MISSING, "got null. Find out why the value is missing: null never stands for an ID."),
                app("", Reason.EMPTY, "got an empty text. Find out why the value is missing."),
                app(
                        " \t\u00a0",
                        Reason.BLANK,
                        "got nothing but blanks: \" \\u0009\\u00a0\". Find out why the value is missing."),
                app(
                        " " + APP + "\r\n",
                        Reason.BLANKS_AROUND,
                        "got \" " + APP
                                + "\\u000d\\u000a\", with blanks around it. Strip them where the text comes from: "
                                + APP + "."),
                app(
                        "\ufeff" + APP,
                        Reason.BLANKS_AROUND,
                        "got \"\\ufeff" + APP + "\", with blanks around it. Strip them where the text comes from: "
                                + APP + "."),
                app(
                        million,
                        Reason.TOO_LONG,
                        "got a text of 10485764 characters: \"app_000000000000000000000000000000000000\"…\"0000000000\"."
                                + " Hand over one ID, not a document."),
                app(
                        SITE,
                        Reason.WRONG_KIND,
                        "got a site ID: " + SITE + " (SiteId). Did it come from the wrong column or variable?"),
                app(
                        "site_01h455vb4pex5vsknk084sn02q",
                        Reason.WRONG_KIND,
                        "got a site ID: site_01h455vb4pex5vsknk084sn02q (SiteId). Did it come from the wrong column or"
                                + " variable?"),
                app(
                        " " + SITE,
                        Reason.WRONG_KIND,
                        "got a site ID: \" " + SITE + "\" (SiteId). Did it come from the wrong column or variable?"),
                app(
                        "SITE-01HRN5RFA0GXKRMG814D2PF2DB",
                        Reason.WRONG_KIND,
                        "got a site ID: SITE-01HRN5RFA0GXKRMG814D2PF2DB (SiteId). Did it come from the wrong column or"
                                + " variable?"),
                app(
                        "account_12314",
                        Reason.WRONG_KIND,
                        "got an account ID: account_12314 (AccountId). Did it come from the wrong column or variable?"),
                app(
                        "app_" + SITE.substring(5),
                        Reason.WRONG_TAG,
                        "app_01hrn5rfa0gxkrmg814d2pf2db carries the tag of a site ID (SiteId). Did it come from the wrong"
                                + " column or variable?"),
                app(
                        "app_" + new TypeIdText("", new UUID(0x8ffeL, Long.MIN_VALUE)),
                        Reason.UNKNOWN_TAG,
                        "app_0000000000hzz8000000000000 is a UUID of version 8 with the tag 0xffe, which no known kind has."
                                + " Only IDs made as AppId carry its tag; check where this one was made."),
                app(
                        "wombat_01hrn5rfa0gxkrmg814d2pf2db",
                        Reason.UNKNOWN_KIND,
                        "wombat_01hrn5rfa0gxkrmg814d2pf2db has the prefix wombat, which no known kind has. Check where it"
                                + " came from."),
                app(
                        APP.toUpperCase(java.util.Locale.ROOT),
                        Reason.UPPER_CASE,
                        "APP_01HRN5RFA0GPDRMG814D2PF2DB has upper case letters. IDs are lower case: " + APP + "."),
                app(
                        APP.replace('_', '-'),
                        Reason.WRONG_SEPARATOR,
                        "app-01hrn5rfa0gpdrmg814d2pf2db has no underscore between prefix and value. Write " + APP
                                + "."),
                app(
                        APP.replace("_", ""),
                        Reason.WRONG_SEPARATOR,
                        "app01hrn5rfa0gpdrmg814d2pf2db has no underscore between prefix and value. Write " + APP + "."),
                app(
                        APP.substring(4),
                        Reason.NO_PREFIX,
                        "01hrn5rfa0gpdrmg814d2pf2db has no prefix, so nothing says what it identifies. Take it, with its"
                                + " prefix, from where it was made."),
                app(
                        APP.substring(3),
                        Reason.NO_PREFIX,
                        "_01hrn5rfa0gpdrmg814d2pf2db has no prefix, so nothing says what it identifies. Take it, with its"
                                + " prefix, from where it was made."),
                app(
                        "12314",
                        Reason.NO_PREFIX,
                        "12314 has no prefix, so nothing says what it identifies. Take it, with its prefix, from where it"
                                + " was made."),
                app(
                        "app_" + APP,
                        Reason.TWO_PREFIXES,
                        "app_app_01hrn5rfa0gpdrmg814d2pf2db has two prefixes, app and app. Find out which code put one"
                                + " before a text that had one already."),
                app(
                        "app_" + SITE,
                        Reason.TWO_PREFIXES,
                        "app_site_01hrn5rfa0gxkrmg814d2pf2db has two prefixes, app and site. Find out which code put one"
                                + " before a text that had one already."),
                app(
                        APP.substring(0, APP.length() - 1),
                        Reason.WRONG_LENGTH,
                        "app_01hrn5rfa0gpdrmg814d2pf2d has 25 characters after its prefix instead of 26. Was it cut off, or"
                                + " run together with something else?"),
                app(
                        APP + "0",
                        Reason.WRONG_LENGTH,
                        "app_01hrn5rfa0gpdrmg814d2pf2db0 has 27 characters after its prefix instead of 26. Was it cut off,"
                                + " or run together with something else?"),
                app(
                        "app_",
                        Reason.WRONG_LENGTH,
                        "app_ has 0 characters after its prefix instead of 26. Was it cut off, or run together with"
                                + " something else?"),
                app(
                        "app_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                        Reason.OVERFLOW,
                        "app_8zzzzzzzzzzzzzzzzzzzzzzzzz stands for more than the 128 bits of a UUID: after the prefix comes"
                                + " 0 to 7. Copy it again from where it was made."),
                app(
                        "app_0lhrn5rfa08pdrmg814d2pf2db",
                        Reason.LOOK_ALIKE,
                        "app_0lhrn5rfa08pdrmg814d2pf2db holds the letter 'l' at position 6, which IDs leave out because it"
                                + " is easily misread. Copy the ID instead of typing it."),
                app(
                        "\u0430pp_01hrn5rfa0gpdrmg814d2pf2db",
                        Reason.ILLEGAL_CHARACTER,
                        "\"\\u0430pp_01hrn5rfa0gpdrmg814d2pf2db\" holds U+0430 CYRILLIC SMALL LETTER A at position 1. IDs are"
                                + " made of a to z, 0 to 9 and the underscore; copy it again from where it was made."),
                app(
                        "app_01hrn5rfa0gpdrmg814d2pf2\u0000b",
                        Reason.ILLEGAL_CHARACTER,
                        "\"app_01hrn5rfa0gpdrmg814d2pf2\\u0000b\" holds U+0000 NULL at position 29. IDs are made of a to z, 0"
                                + " to 9 and the underscore; copy it again from where it was made."),
                app(
                        "app_01hrn5rf\ud83d\ude00pdrmg814d2pf2db",
                        Reason.ILLEGAL_CHARACTER,
                        "\"app_01hrn5rf\\ud83d\\ude00pdrmg814d2pf2db\" holds U+1F600 GRINNING FACE at position 13. IDs are made"
                                + " of a to z, 0 to 9 and the underscore; copy it again from where it was made."),
                app(
                        "app_01hrn5rfa0gpd-mg814d2pf2db",
                        Reason.ILLEGAL_CHARACTER,
                        "app_01hrn5rfa0gpd-mg814d2pf2db holds '-' at position 18. IDs are made of a to z, 0 to 9 and the"
                                + " underscore; copy it again from where it was made."),
                app(
                        "app_01hrn5rfa_8pdrmg814d2pf2db",
                        Reason.ILLEGAL_CHARACTER,
                        "app_01hrn5rfa_8pdrmg814d2pf2db holds '_' at position 14. IDs are made of a to z, 0 to 9 and the"
                                + " underscore; copy it again from where it was made."),
                app(
                        SITE_UUID.toString(),
                        Reason.WRONG_TAG,
                        SITE_UUID
                                + " carries the tag of a site ID (SiteId). Did it come from the wrong column or variable?"),
                app(
                        "{" + SITE_UUID.toString().toUpperCase(java.util.Locale.ROOT) + "}",
                        Reason.WRONG_TAG,
                        "\"{018E2A5C-3D40-8767-8A41-0123456789AB}\" carries the tag of a site ID (SiteId). Did it come from"
                                + " the wrong column or variable?"),
                app(
                        "urn:uuid:" + SITE_UUID,
                        Reason.WRONG_TAG,
                        "\"urn:uuid:" + SITE_UUID
                                + "\" carries the tag of a site ID (SiteId). Did it come from the wrong"
                                + " column or variable?"),
                app(
                        SITE_UUID.toString().replace("-", ""),
                        Reason.WRONG_TAG,
                        "018e2a5c3d4087678a410123456789ab carries the tag of a site ID (SiteId). Did it come from the wrong"
                                + " column or variable?"),
                app(
                        APP_UUID.toString(),
                        Reason.BARE_UUID_OF_THIS_KIND,
                        "got the bare UUID " + APP_UUID + ". It carries the right tag; as text write " + APP + "."),
                app(
                        "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                        Reason.BARE_UUID,
                        "got the bare UUID 6fa459ea-ee8a-4ca4-894e-db77e160355e, which does not say what it identifies. If"
                                + " you know that it is an app ID (app_…), say so in code: new AppId(uuid)."),
                app(
                        "0-0-0-0-0",
                        Reason.ABBREVIATED_UUID,
                        "got 0-0-0-0-0, a UUID with digits left out. Find out which code cut them off."),
                account(
                        "account_007",
                        Reason.NOT_CANONICAL,
                        "account_007 does not hold a number in its one form: digits, without sign, without leading zero."
                                + " Find out which code wrote it."),
                account(
                        "account_-7",
                        Reason.NOT_CANONICAL,
                        "account_-7 does not hold a number in its one form: digits, without sign, without leading zero. Find"
                                + " out which code wrote it."),
                account(
                        "account_+7",
                        Reason.NOT_CANONICAL,
                        "\"account_+7\" does not hold a number in its one form: digits, without sign, without leading zero."
                                + " Find out which code wrote it."),
                account(
                        "account_",
                        Reason.NOT_CANONICAL,
                        "account_ does not hold a number in its one form: digits, without sign, without leading zero. Find"
                                + " out which code wrote it."),
                account(
                        "account_9223372036854775808",
                        Reason.NUMBER_OVERFLOW,
                        "account_9223372036854775808 holds a number past 9223372036854775807. Copy it again from where it"
                                + " was made."),
                account(
                        "account_12a",
                        Reason.NO_DIGIT,
                        "account_12a holds 'a' at position 11, where digits belong: AccountId is backed by a number. Check"
                                + " where it came from."),
                account(
                        "account:7",
                        Reason.WRONG_SEPARATOR,
                        "\"account:7\" has no underscore between prefix and value. Write account_7."),
                account(
                        "account7",
                        Reason.WRONG_SEPARATOR,
                        "account7 has no underscore between prefix and value. Write account_7."),
                account(
                        SITE,
                        Reason.WRONG_KIND,
                        "got a site ID: " + SITE + " (SiteId). Did it come from the wrong column or variable?"),
                account(
                        SITE_UUID.toString(),
                        Reason.WRONG_TAG,
                        SITE_UUID
                                + " carries the tag of a site ID (SiteId). Did it come from the wrong column or variable?"),
                account(
                        "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                        Reason.UUID_FOR_NUMBER,
                        "got the bare UUID 6fa459ea-ee8a-4ca4-894e-db77e160355e. AccountId is backed by a number: account_ and"
                                + " digits."),
                realm(
                        "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                        Reason.UUID_FOR_TEXT,
                        "got the bare UUID 6fa459ea-ee8a-4ca4-894e-db77e160355e. RealmId is backed by a text: realm_ and the"
                                + " text. Check where it came from."),
                realm(
                        "realm_a b",
                        Reason.NOT_ESCAPED,
                        "\"realm_a b\" does not hold a text in its one form: letters, digits, hyphen, full stop and underscore as"
                                + " they are, each byte of others in UTF-8 as ~ and two hexadecimal digits. Write it as in"
                                + " realm_a~20b."),
                realm(
                        "realm_" + "a".repeat(41),
                        Reason.NOT_ALLOWED,
                        "the text of realm_" + "a".repeat(41)
                                + " has 41 characters, more than 40. RealmId takes 1 to 40"
                                + " characters, such as x. Check where it came from."),
                new Case(
                        TextKindTest.SlugId.KIND,
                        "slug_Acme",
                        Reason.WRONG_CASE,
                        "Expected a slug ID (slug_…) but slug_Acme does not have its letters in the one case that SlugId takes:"
                                + " slug_acme. Fold the case where the text comes from."));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void textsAreRefusedWithTheWholeStory(Case each) {
        assertThatThrownBy(() -> each.kind.parse(each.text))
                .isInstanceOfSatisfying(
                        IllegalIdException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(each.reason))
                .hasMessage(each.sentence);
        assertThat(each.kind.tryParse(each.text))
                .isInstanceOfSatisfying(
                        ParseResult.Refused.class,
                        refused -> assertThat(refused.refusal().sentence()).isEqualTo(each.sentence));
    }

    @Test
    void bareValuesAreRefusedWithTheWholeStory() {
        assertThatThrownBy(() -> new AppId(SITE_UUID))
                .isInstanceOf(IllegalIdException.class)
                .hasMessage(EXPECTED + SITE_UUID
                        + " carries the tag of a site ID (SiteId). Did it come from the wrong column or variable?");
        assertThatThrownBy(() -> new AppId(null))
                .isInstanceOf(IllegalIdException.class)
                .hasMessage(EXPECTED + "got null. Find out why the value is missing: null never stands for an ID.");
        assertThatThrownBy(() -> new AccountId(-1))
                .isInstanceOf(IllegalIdException.class)
                .hasMessage(
                        "Expected an account ID (account_…) but got the number -1. Numbers of IDs are 0 or more; find"
                                + " out what the negative value stands for.");
        assertThatThrownBy(() -> new LedgerId(new UUID(0x8ffeL, Long.MIN_VALUE)))
                .isInstanceOf(IllegalIdException.class)
                .hasMessage(
                        "Expected a ledger ID (ledger_…) but 00000000-0000-8ffe-8000-000000000000 is a UUID of version"
                                + " 8 with the tag 0xffe, which no known kind has. LedgerId is untagged and takes all versions but"
                                + " 8; check where this one was made.");
    }

    @Test
    void eachReasonHasItsCase() {
        Set<Reason> tried = cases().map(Case::reason).collect(Collectors.toSet());
        tried.addAll(EnumSet.of(Reason.NEGATIVE, Reason.TAG_FOR_UNTAGGED));
        assertThat(tried).isEqualTo(EnumSet.allOf(Reason.class));
    }

    /** Each place in a German message is filled by the refusal it is for. */
    @Test
    void messagesInOtherLanguagesAskForNoMoreThanARefusalHas() {
        ResourceBundle german = ResourceBundle.getBundle("ContributorValidationMessages", Locale.GERMAN);
        Stream<IdRefusal> bare = Stream.of(
                Diagnosis.negative(AccountId.KIND, -1), Diagnosis.of(LedgerId.KIND, new UUID(0x8ffeL, Long.MIN_VALUE)));
        Stream<IdRefusal> refusals = Stream.concat(cases().map(each -> Diagnosis.of(each.kind, each.text)), bare);
        refusals.forEach(refusal -> {
            String message = german.getString("dev.tenantsafety.validation.IdText." + refusal.reason());
            Set<String> places = Pattern.compile("\\{(\\w+)}")
                    .matcher(message)
                    .results()
                    .map(place -> place.group(1))
                    .collect(Collectors.toSet());
            assertThat(refusal.arguments().keySet()).as(message).containsAll(places);
        });
    }

    @Test
    void programsCanAskWhatWasExpectedAndWhatCame() {
        ParseResult<AppId> result = AppId.KIND.tryParse(SITE);
        assertThat(result).isInstanceOfSatisfying(ParseResult.Refused.class, refused -> {
            assertThat(refused.refusal().expectedPrefix()).isEqualTo("app");
            assertThat(refused.refusal().actualPrefix()).contains("site");
            assertThat(refused.refusal().input()).isEqualTo(SITE);
        });
        assertThatThrownBy(result::orThrow).isInstanceOf(IllegalIdException.class);
        assertThat(AppId.KIND.tryParse(APP).orThrow()).hasToString(APP);
    }

    @Test
    void wrongBackingIsAMistakeOfTheProgram() {
        assertThatThrownBy(() -> AccountId.KIND.of(SITE_UUID))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("account (AccountId) is backed by a number, not by a UUID.");
        assertThatThrownBy(() -> AppId.KIND.of(7))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("app (AppId) is backed by a UUID, not by a number.");
        assertThatThrownBy(AccountId.KIND::create)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("account (AccountId) is backed by a number: let the database create it, and make the ID of"
                        + " that.");
        assertThatThrownBy(() -> new AccountId(7).uuid())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("account_7 does not hold a UUID: account (AccountId) is backed by a number.");
        assertThatThrownBy(() -> AppId.parse(APP).number())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(APP + " does not hold a number: app (AppId) is backed by a UUID.");
    }
}
