package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds whose IDs hold a text. */
class TextKindTest {

    record SlugId(String text) implements TypedId<SlugId> {
        static final IdKind<SlugId> KIND = IdKind.ofText(
                "slug",
                SlugId.class,
                SlugId::new,
                TextRule.upTo(12).matching("[a-z][a-z0-9-]*", "acme").inLowerCase());

        SlugId {
            KIND.check(text);
        }

        @Override
        public IdKind<SlugId> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record Unchecked(String text) implements TypedId<Unchecked> {
        static final IdKind<Unchecked> KIND =
                IdKind.ofText("unlooked", Unchecked.class, Unchecked::new, TextRule.upTo(5));

        @Override
        public IdKind<Unchecked> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    record OtherName(String key) implements TypedId<OtherName> {
        static final IdKind<OtherName> KIND =
                IdKind.ofText("misnamed", OtherName.class, OtherName::new, TextRule.upTo(5));

        OtherName {
            KIND.check(key);
        }

        @Override
        public IdKind<OtherName> kind() {
            return KIND;
        }

        @Override
        public String toString() {
            return KIND.format(this);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "acme, realm_acme",
        "Acme-12.de_x, realm_Acme-12.de_x",
        "a b, realm_a~20b",
        "a~b, realm_a~7eb",
        "a/b, realm_a~2fb",
        "Zürich, realm_Z~c3~bcrich",
        "😀, realm_~f0~9f~98~80",
        "100%, realm_100~25"
    })
    void theTextFormHasOneFormForEachKey(String key, String text) {
        assertThat(new RealmId(key)).hasToString(text);
        assertThat(RealmId.KIND.parse(text).text()).isEqualTo(key);
        assertThat(RealmId.KIND.of(key)).isEqualTo(new RealmId(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "realm_",
                "realm_a b",
                "realm_a~20b~",
                "realm_~2",
                "realm_~4g",
                "realm_~41",
                "realm_~2D",
                "realm_~7E",
                "realm_~ff",
                "realm_~c3",
                "realm_~ed~a0~80",
                "realm_~c0~af",
                "realm_~00",
                "realm_~20",
                "realm_a~0a",
                "realm_a~e2~80~8b",
                "realma",
                "Realm_a",
                "realm",
                "realm_realm_a"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> RealmId.KIND.parse(text)).isInstanceOf(IllegalIdException.class);
    }

    @Test
    void keysThatTheRuleDoesNotAllowAreRefusedByConstructorAndText() {
        assertThatThrownBy(() -> new SlugId("Acme"))
                .isInstanceOf(IllegalIdException.class)
                .hasMessage(
                        "Expected a slug ID (slug_…) but Acme does not have its letters in the one case that SlugId takes:"
                                + " acme. Fold the case where the text comes from.");
        assertThatThrownBy(() -> SlugId.KIND.parse("slug_Acme"))
                .hasMessage(
                        "Expected a slug ID (slug_…) but slug_Acme does not have its letters in the one case that SlugId"
                                + " takes: slug_acme. Fold the case where the text comes from.");
        assertThatThrownBy(() -> new SlugId("1acme"))
                .hasMessage(
                        "Expected a slug ID (slug_…) but the text of 1acme does not match [a-z][a-z0-9-]*. SlugId takes 1 to"
                                + " 12 characters in lower case that match [a-z][a-z0-9-]*, such as acme. Check where it came from.");
        assertThatThrownBy(() -> new SlugId("a".repeat(13))).hasMessageContaining("has 13 characters, more than 12");
        assertThatThrownBy(() -> new SlugId("slug_acme"))
                .hasMessageContaining("begins with slug_ itself, as if it were the text form of an ID");
        assertThatThrownBy(() -> new RealmId("")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> new RealmId(null)).hasMessageContaining("got null");
        assertThatThrownBy(() -> new RealmId("a ")).hasMessageContaining("has blanks around it");
        assertThatThrownBy(() -> new RealmId("a\u0000b"))
                .hasMessageContaining("holds U+0000 NULL, which cannot be seen");
        assertThatThrownBy(() -> new RealmId("a\ud800b")).hasMessageContaining("U+D800");
        assertThat(new RealmId("😀".repeat(40)).text())
                .as("characters are counted as a database does")
                .hasSize(80);
    }

    @Test
    void textsOfTextKindsAreKnownAsSuchElsewhere() {
        IdKinds.register(RealmId.KIND);
        assertThatThrownBy(() -> AppId.parse("realm_Acme-1.x~20y"))
                .hasMessage(
                        "Expected an app ID (app_…) but got a realm ID: \"realm_Acme-1.x~20y\" (RealmId). Did it come from the"
                                + " wrong column or variable?");
        assertThatThrownBy(() -> SlugId.KIND.parse("realm_acme_x")).hasMessageContaining("got a realm ID");
        assertThatThrownBy(() -> SlugId.KIND.parse("acme")).hasMessageContaining("acme has no prefix");
        assertThatThrownBy(() -> SlugId.KIND.parse(" slug_acme"))
                .hasMessageContaining("with blanks around it. Strip them where the text comes from: slug_acme");
    }

    @Test
    void textsStandInListsAndAreSorted() throws IOException {
        List<RealmId> read = IdList.of(RealmId.KIND).read(new StringReader("realm_b\nrealm_Z~c3~bc\nrealm_a\n"));
        assertThat(new TreeSet<>(read).stream().map(RealmId::text)).containsExactly("Zü", "a", "b");
    }

    @Test
    void recordsThatDoNotCheckAreNotUsed() {
        assertThatThrownBy(() -> new Unchecked("abc").toString())
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("its constructor takes texts that the rule does not allow. Let it begin with"
                        + " KIND.check(text).");
        assertThatThrownBy(() -> OtherName.KIND.parse("misnamed_a"))
                .isInstanceOf(IllegalIdKindException.class)
                .hasMessageContaining("Name the record's one component String text.");
    }

    @Test
    void rulesAreCheckedWhereTheyAreMade() {
        assertThatThrownBy(() -> TextRule.upTo(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextRule.upTo(256)).isInstanceOf(IllegalArgumentException.class);
        TextRule letters = TextRule.upTo(3).matching("[A-Za-z]+", "Abc");
        assertThatThrownBy(letters::inLowerCase)
                .hasMessage("The example Abc is not in lower case. Give an example that the rule allows.");
        assertThatThrownBy(() -> TextRule.upTo(3).matching("[a-z]+", "acme")).hasMessageContaining("more than 3");
        assertThat(TextRule.upTo(3).inUpperCase().problemOf("ABC")).isNull();
        assertThat(TextRule.upTo(3).inUpperCase().problemOf("ABc")).isEqualTo("is not in upper case");
    }

    @Test
    void whatOnlyOtherKindsHaveIsRefused() {
        RealmId realm = new RealmId("acme");
        assertThatThrownBy(realm::uuid)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("realm_acme does not hold a UUID: realm (RealmId) is backed by a text.");
        assertThatThrownBy(realm::number).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> new AccountId(7).text())
                .hasMessage("account_7 does not hold a text: account (AccountId) is backed by a number.");
        assertThatThrownBy(() -> AppId.KIND.of("app_01h455vb4pex5vsknk084sn02q"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("app (AppId) is backed by a UUID, not by a text; parse(…) reads the text form.");
        assertThatThrownBy(RealmId.KIND::create).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> RealmId.KIND.tagged(1)).isInstanceOf(IllegalIdKindException.class);
        assertThatThrownBy(RealmId.KIND::untagged).isInstanceOf(IllegalIdKindException.class);
        assertThat(RealmId.KIND.tag()).isEmpty();
        assertThat(IdKinds.of(SlugId.class)).isSameAs(SlugId.KIND);
    }
}
