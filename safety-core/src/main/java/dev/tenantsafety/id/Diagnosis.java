package dev.tenantsafety.id;

import dev.tenantsafety.id.IdKind.Backing;
import dev.tenantsafety.id.IdRefusal.Reason;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a value is that should be an ID of some kind and is not. Works only after the value was refused, so it
 * may take its time, but not in proportion to the length of hostile input.
 *
 * <p>A mistake of form hides no mistake of kind: where blanks, case or separator are wrong, what is diagnosed is the
 * text with that mended, and the mistake of form is the answer only if nothing else is wrong.
 */
final class Diagnosis {

    /** No ID without a text is longer than 90, and no other form of one that we recognise is. */
    private static final int LONGEST = 200;

    private final IdKind<?> expected;
    private final Map<String, String> arguments = new HashMap<>();

    private Diagnosis(IdKind<?> expected, String input) {
        this.expected = expected;
        arguments.put("input", input);
        arguments.put("expected", expected.name().withForm());
        arguments.put("kind", expected.prefix());
        arguments.put("type", expected.name().type());
    }

    /** Why this kind does not read this text. */
    static IdRefusal of(IdKind<?> expected, @Nullable String text) {
        if (text == null) {
            return new Diagnosis(expected, "null").refusal(Reason.MISSING);
        }
        Diagnosis diagnosis = new Diagnosis(expected, Quote.of(text));
        if (text.isEmpty()) {
            return diagnosis.refusal(Reason.EMPTY);
        }
        if (text.length() > longest(expected)) {
            return diagnosis.tooLong(text.length());
        }
        return diagnosis.ofBlanks(text);
    }

    /** A character of a key can be four bytes, and each of those three characters of the text form. */
    private static int longest(IdKind<?> expected) {
        return expected instanceof TextKind<?> texts
                ? Math.max(LONGEST, Prefixes.MAX_LENGTH + 1 + texts.rule().length() * 12)
                : LONGEST;
    }

    /** Why this kind does not take this UUID. */
    static IdRefusal of(IdKind<?> expected, @Nullable UUID uuid) {
        return uuid == null
                ? new Diagnosis(expected, "null").refusal(Reason.MISSING)
                : new Diagnosis(expected, uuid.toString()).ofTag(uuid);
    }

    /** Why this kind does not take this text as a key. */
    static IdRefusal ofKey(TextKind<?> expected, @Nullable String key) {
        return key == null
                ? new Diagnosis(expected, "null").refusal(Reason.MISSING)
                : new Diagnosis(expected, Quote.of(key)).ofKey(expected, key, "");
    }

    /** The same without asking whose tag it is. */
    static IdRefusal ofUnknownTag(IdKind<?> expected, UUID uuid) {
        return new Diagnosis(expected, uuid.toString()).ofUnknownTag(uuid);
    }

    static IdRefusal negative(IdKind<?> expected, long number) {
        return new Diagnosis(expected, Long.toString(number)).refusal(Reason.NEGATIVE);
    }

    /** For a text of which only the start is at hand. */
    static IdRefusal tooLong(IdKind<?> expected, String start, long length) {
        return new Diagnosis(expected, Quote.of(start)).tooLong(length);
    }

    private IdRefusal tooLong(long length) {
        return with("length", Long.toString(length)).refusal(Reason.TOO_LONG);
    }

    private IdRefusal ofBlanks(String text) {
        String stripped = Blanks.strip(text);
        if (stripped.isEmpty()) {
            return refusal(Reason.BLANK);
        }
        return stripped.length() < text.length() ? ofMended(stripped, Reason.BLANKS_AROUND) : ofCharacters(text);
    }

    /** If the mended text is an ID of this kind, the mistake of form was the only one. */
    private IdRefusal ofMended(String mended, Reason reason) {
        return expected.read(mended) != null ? with("suggestion", mended).refusal(reason) : ofCharacters(mended);
    }

    private IdRefusal ofCharacters(String text) {
        if (expected instanceof TextKind<?> texts && text.startsWith(expected.prefix() + "_")) {
            return ofText(texts, text);
        }
        KindRegistry.Entry other = IdKinds.ofText(text);
        if (other != null && !other.prefix().equals(expected.prefix())) {
            return withActual(other).refusal(Reason.WRONG_KIND);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return illegalCharacter(text, i);
            }
        }
        UUID bare = BareUuid.in(text);
        if (bare != null) {
            return ofBareUuid(bare);
        }
        if (BareUuid.isAbbreviated(text)) {
            return refusal(Reason.ABBREVIATED_UUID);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.equals(text) ? ofSeparator(text) : ofMended(lower, Reason.UPPER_CASE);
    }

    private IdRefusal ofBareUuid(UUID uuid) {
        if (expected.backing() != Backing.UUID) {
            Reason reason = expected.backing() == Backing.NUMBER ? Reason.UUID_FOR_NUMBER : Reason.UUID_FOR_TEXT;
            return IdKinds.carriedBy(uuid) == null ? refusal(reason) : ofTag(uuid);
        }
        if (!Tags.isTagged(uuid)) {
            return refusal(Reason.BARE_UUID);
        }
        if (isOfExpectedTag(uuid)) {
            return with("suggestion", new TypeIdText(expected.prefix(), uuid).toString())
                    .refusal(Reason.BARE_UUID_OF_THIS_KIND);
        }
        return ofTag(uuid);
    }

    private boolean isOfExpectedTag(UUID uuid) {
        return expected.tag().isPresent() && expected.tag().getAsInt() == Tags.of(uuid);
    }

    /** For a UUID of version 8 that does not carry the tag of this kind. */
    private IdRefusal ofTag(UUID uuid) {
        KindRegistry.Entry actual = IdKinds.carriedBy(uuid);
        return actual == null ? ofUnknownTag(uuid) : withActual(actual).refusal(Reason.WRONG_TAG);
    }

    private IdRefusal ofUnknownTag(UUID uuid) {
        return with("tag", String.format(Locale.ROOT, "0x%03x", Tags.of(uuid)))
                .refusal(expected.tag().isPresent() ? Reason.UNKNOWN_TAG : Reason.TAG_FOR_UNTAGGED);
    }

    /** Printable, lower case, and no UUID: looks for something in place of the underscore. */
    private IdRefusal ofSeparator(String text) {
        int odd = firstOutsideAlphabet(text);
        if (odd < 0) {
            return text.indexOf('_') < 0 ? ofMissingSeparator(text) : ofPrefix(text);
        }
        if (isSign(text, odd)) {
            return refusal(Reason.NOT_CANONICAL);
        }
        String before = text.substring(0, odd);
        String mended = before + "_" + text.substring(odd + 1);
        return Prefixes.isValid(before) && hasValueAt(mended, odd + 1)
                ? ofMended(mended, Reason.WRONG_SEPARATOR)
                : illegalCharacter(text, odd);
    }

    private static int firstOutsideAlphabet(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLowerCase(c) && !isDigit(c) && c != '_') {
                return i;
            }
        }
        return -1;
    }

    private boolean isSign(String text, int at) {
        return expected.backing() == Backing.NUMBER
                && (text.charAt(at) == '-' || text.charAt(at) == '+')
                && text.substring(0, at).equals(expected.prefix() + "_");
    }

    /** Letters and digits without any underscore. */
    private IdRefusal ofMissingSeparator(String text) {
        int digits = text.length();
        while (digits > 0 && isDigit(text.charAt(digits - 1))) {
            digits--;
        }
        int start = text.length() > Base32.LENGTH ? text.length() - Base32.LENGTH : digits;
        String prefix = text.substring(0, start);
        return Prefixes.isValid(prefix) && hasValueAt(text, start)
                ? ofMended(prefix + "_" + text.substring(start), Reason.WRONG_SEPARATOR)
                : refusal(Reason.NO_PREFIX);
    }

    /** Whether the rest of the text has the form of what stands after a prefix: 26 characters of base32, or digits. */
    private static boolean hasValueAt(String text, int start) {
        int length = text.length() - start;
        boolean isNumber = length > 0 && text.substring(start).chars().allMatch(Diagnosis::isDigit);
        boolean isBase32 = Base32.isAt(text, start);
        return isNumber || isBase32;
    }

    private static boolean isLowerCase(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Made of a to z, 0 to 9 and at least one underscore. */
    private IdRefusal ofPrefix(String text) {
        String prefix = text.substring(0, text.lastIndexOf('_'));
        if (prefix.equals(expected.prefix())) {
            return expected.backing() == Backing.UUID ? ofBase32(text) : ofDigits(text);
        }
        if (text.startsWith("_")) {
            return refusal(Reason.NO_PREFIX);
        }
        KindRegistry.Entry actual = IdKinds.named(prefix);
        if (actual != null) {
            return withActual(actual).refusal(Reason.WRONG_KIND);
        }
        IdRefusal two = ofTwoPrefixes(prefix);
        if (two != null) {
            return two;
        }
        if (text.startsWith(expected.prefix() + "_") && !Prefixes.isValid(prefix)) {
            return illegalCharacter(text, text.indexOf('_', expected.prefix().length() + 1));
        }
        return with("prefix", prefix).refusal(Reason.UNKNOWN_KIND);
    }

    private @Nullable IdRefusal ofTwoPrefixes(String prefix) {
        for (int i = prefix.indexOf('_'); i >= 0; i = prefix.indexOf('_', i + 1)) {
            String first = prefix.substring(0, i);
            String second = prefix.substring(i + 1);
            if (isKnown(first) && isKnown(second)) {
                return with("first", first).with("second", second).refusal(Reason.TWO_PREFIXES);
            }
        }
        return null;
    }

    private boolean isKnown(String prefix) {
        return prefix.equals(expected.prefix()) || IdKinds.named(prefix) != null;
    }

    /** The right prefix of a kind backed by a UUID. */
    private IdRefusal ofBase32(String text) {
        int start = expected.prefix().length() + 1;
        if (text.length() != start + Base32.LENGTH) {
            return with("length", Integer.toString(text.length() - start)).refusal(Reason.WRONG_LENGTH);
        }
        for (int i = start; i < text.length(); i++) {
            if (!Base32.isInAlphabet(text.charAt(i))) {
                return withCharacter(text, i).refusal(Reason.LOOK_ALIKE);
            }
        }
        UUID uuid = Base32.decode(text, start);
        return uuid == null ? refusal(Reason.OVERFLOW) : ofTag(uuid);
    }

    /** The right prefix of a kind backed by a number. */
    private IdRefusal ofDigits(String text) {
        String number = text.substring(expected.prefix().length() + 1);
        for (int i = 0; i < number.length(); i++) {
            if (!isDigit(number.charAt(i))) {
                return withCharacter(text, text.length() - number.length() + i).refusal(Reason.NO_DIGIT);
            }
        }
        boolean hasLeadingZero = number.length() > 1 && number.startsWith("0");
        return refusal(number.isEmpty() || hasLeadingZero ? Reason.NOT_CANONICAL : Reason.NUMBER_OVERFLOW);
    }

    /** The right prefix of a kind backed by a text. */
    private IdRefusal ofText(TextKind<?> texts, String text) {
        String form = text.substring(expected.prefix().length() + 1);
        String key = KeyText.key(form);
        if (key != null) {
            return ofKey(texts, key, expected.prefix() + "_");
        }
        // what stands there may be the key as it is in the database
        String suggestion = texts.problemOf(form) == null
                ? KeyText.of(form)
                : KeyText.of(texts.rule().example());
        return with("suggestion", expected.prefix() + "_" + suggestion).refusal(Reason.NOT_ESCAPED);
    }

    private IdRefusal ofKey(TextKind<?> texts, String key, String before) {
        String problem = texts.problemOf(key);
        String inItsCase = texts.rule().inItsCase(key);
        if (!inItsCase.equals(key) && texts.problemOf(inItsCase) == null) {
            return with("suggestion", before + KeyText.of(inItsCase)).refusal(Reason.WRONG_CASE);
        }
        return with("problem", String.valueOf(problem))
                .with("rule", texts.rule().toString())
                .with("length", Integer.toString(texts.rule().length()))
                .with("suggestion", before + KeyText.of(texts.rule().example()))
                .refusal(Reason.NOT_ALLOWED);
    }

    private IdRefusal illegalCharacter(String text, int at) {
        return withCharacter(text, at).refusal(Reason.ILLEGAL_CHARACTER);
    }

    private Diagnosis withCharacter(String text, int at) {
        return with("character", Quote.codePoint(text.codePointAt(at))).with("position", Integer.toString(at + 1));
    }

    private Diagnosis withActual(KindRegistry.Entry actual) {
        return with("actual", actual.name().withArticle())
                .with("actualKind", actual.prefix())
                .with("actualType", actual.name().type());
    }

    private Diagnosis with(String argument, String value) {
        arguments.put(argument, value);
        return this;
    }

    private IdRefusal refusal(Reason reason) {
        return new IdRefusal(reason, arguments);
    }
}
