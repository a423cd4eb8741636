package dev.tenantsafety.id;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a value is not an ID of the kind asked for.
 *
 * @param reason what is wrong
 * @param arguments the words of the sentence by name: always {@code input} (the value, shortened and with unprintable
 *     characters escaped), {@code expected} ("an app ID (app_…)"), {@code kind} (the prefix asked for) and {@code type}
 *     (its class); by reason also {@code actual}, {@code actualKind}, {@code actualType}, {@code position} (from 1),
 *     {@code character}, {@code length}, {@code suggestion}, {@code prefix}, {@code first}, {@code second}, {@code tag}, {@code problem}
 *     and {@code rule}
 */
public record IdRefusal(Reason reason, Map<String, String> arguments) implements Serializable {

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

    /**
     * Makes a refusal.
     *
     * @param reason what is wrong
     * @param arguments the words of the sentence by name; copied
     */
    public IdRefusal {
        arguments = Map.copyOf(arguments);
    }

    /**
     * The whole story in English: what was expected, what came, what to do next.
     *
     * @return one or two sentences without line breaks
     */
    public String sentence() {
        return PLACE.matcher(reason.sentence).replaceAll(place -> Matcher.quoteReplacement(argument(place.group(1))));
    }

    /**
     * The refused value, shortened and with unprintable characters escaped.
     *
     * @return a text that may be logged
     */
    public String input() {
        return argument("input");
    }

    /**
     * The prefix of the kind that was asked for.
     *
     * @return for example {@code app}
     */
    public String expectedPrefix() {
        return argument("kind");
    }

    /**
     * The prefix of the kind that the value belongs to instead.
     *
     * @return for example {@code site}; empty where that cannot be told
     */
    public Optional<String> actualPrefix() {
        return Optional.ofNullable(arguments.get("actualKind"));
    }

    private String argument(String name) {
        String value = arguments.get(name);
        if (value == null) {
            throw new IllegalStateException("A refusal for " + reason + " lacks its argument " + name + ".");
        }
        return value;
    }

    /** What can be wrong with a value that should be an ID. Each has its English sentence. */
    public enum Reason {
        /** Null. */
        MISSING("Expected {expected} but got null. Find out why the value is missing: null never stands for an ID."),
        /** No character at all. */
        EMPTY("Expected {expected} but got an empty text. Find out why the value is missing."),
        /** Nothing but blanks. */
        BLANK("Expected {expected} but got nothing but blanks: {input}. Find out why the value is missing."),
        /** An ID of this kind, with blanks before or after it. */
        BLANKS_AROUND("Expected {expected} but got {input}, with blanks around it. Strip them where the text comes"
                + " from: {suggestion}."),
        /** Far longer than any ID. */
        TOO_LONG("Expected {expected} but got a text of {length} characters: {input}. Hand over one ID, not a"
                + " document."),
        /** A character that no ID holds. */
        ILLEGAL_CHARACTER("Expected {expected} but {input} holds {character} at position {position}. IDs are made of"
                + " a to z, 0 to 9 and the underscore; copy it again from where it was made."),
        /** One of the letters i, l, o, u, which IDs never hold. */
        LOOK_ALIKE("Expected {expected} but {input} holds the letter {character} at position {position}, which IDs"
                + " leave out because it is easily misread. Copy the ID instead of typing it."),
        /** An ID of this kind in upper case. */
        UPPER_CASE("Expected {expected} but {input} has upper case letters. IDs are lower case: {suggestion}."),
        /** Nothing before the underscore, or no underscore. */
        NO_PREFIX("Expected {expected} but {input} has no prefix, so nothing says what it identifies. Take it, with its"
                + " prefix, from where it was made."),
        /** An ID of this kind with something else, or nothing, in place of the underscore. */
        WRONG_SEPARATOR(
                "Expected {expected} but {input} has no underscore between prefix and value. Write" + " {suggestion}."),
        /** The prefixes of two kinds, one after the other. */
        TWO_PREFIXES("Expected {expected} but {input} has two prefixes, {first} and {second}. Find out which code put"
                + " one before a text that had one already."),
        /** The text of another kind. */
        WRONG_KIND("Expected {expected} but got {actual}: {input} ({actualType}). Did it come from the wrong column or"
                + " variable?"),
        /** A prefix that no known kind has. */
        UNKNOWN_KIND("Expected {expected} but {input} has the prefix {prefix}, which no known kind has. Check where"
                + " it came from."),
        /** A UUID, bare or in a text, that carries the tag of another kind. */
        WRONG_TAG("Expected {expected} but {input} carries the tag of {actual} ({actualType}). Did it come from the"
                + " wrong column or variable?"),
        /** A UUID of version 8 whose tag no known kind has. */
        UNKNOWN_TAG("Expected {expected} but {input} is a UUID of version 8 with the tag {tag}, which no known kind"
                + " has. Only IDs made as {type} carry its tag; check where this one was made."),
        /** A UUID of version 8 where the kind is untagged, with a tag that no known kind has. */
        TAG_FOR_UNTAGGED(
                "Expected {expected} but {input} is a UUID of version 8 with the tag {tag}, which no known kind"
                        + " has. {type} is untagged and takes all versions but 8; check where this one was made."),
        /** The text of a bare UUID that does not tell its kind. */
        BARE_UUID("Expected {expected} but got the bare UUID {input}, which does not say what it identifies. If you"
                + " know that it is {expected}, say so in code: new {type}(uuid)."),
        /** The text of a bare UUID that carries the tag of this very kind. */
        BARE_UUID_OF_THIS_KIND("Expected {expected} but got the bare UUID {input}. It carries the right tag; as text"
                + " write {suggestion}."),
        /** The text of a bare UUID where the kind is backed by a number. */
        UUID_FOR_NUMBER("Expected {expected} but got the bare UUID {input}. {type} is backed by a number: {kind}_ and"
                + " digits."),
        /** The text of a bare UUID where the kind is backed by a text. */
        UUID_FOR_TEXT("Expected {expected} but got the bare UUID {input}. {type} is backed by a text: {kind}_ and the"
                + " text. Check where it came from."),
        /** A UUID with its leading zeros left out, which the JDK would accept. */
        ABBREVIATED_UUID("Expected {expected} but got {input}, a UUID with digits left out. Find out which code cut"
                + " them off."),
        /** The right prefix, but too few or too many characters after it. */
        WRONG_LENGTH(
                "Expected {expected} but {input} has {length} characters after its prefix instead of 26. Was it cut"
                        + " off, or run together with something else?"),
        /** More than the 128 bits of a UUID. */
        OVERFLOW("Expected {expected} but {input} stands for more than the 128 bits of a UUID: after the prefix comes 0"
                + " to 7. Copy it again from where it was made."),
        /** A number past that of a long. */
        NUMBER_OVERFLOW("Expected {expected} but {input} holds a number past 9223372036854775807. Copy it again from"
                + " where it was made."),
        /** A number with a sign, a leading zero, or no digit. */
        NOT_CANONICAL("Expected {expected} but {input} does not hold a number in its one form: digits, without sign,"
                + " without leading zero. Find out which code wrote it."),
        /** The right prefix, and something else than digits after it. */
        NO_DIGIT(
                "Expected {expected} but {input} holds {character} at position {position}, where digits belong: {type} is"
                        + " backed by a number. Check where it came from."),
        /** The right prefix, and something after it that is not the one form of any text. */
        NOT_ESCAPED(
                "Expected {expected} but {input} does not hold a text in its one form: letters, digits, hyphen, full"
                        + " stop and underscore as they are, each byte of others in UTF-8 as ~ and two hexadecimal digits. Write"
                        + " it as in {suggestion}."),
        /** A text that the rule of the kind does not allow. */
        NOT_ALLOWED(
                "Expected {expected} but the text of {input} {problem}. {type} takes {rule}. Check where it came from."),
        /** A text that the rule of the kind allows with other letters. */
        WRONG_CASE("Expected {expected} but {input} does not have its letters in the one case that {type} takes:"
                + " {suggestion}. Fold the case where the text comes from."),
        /** A bare number below zero. */
        NEGATIVE("Expected {expected} but got the number {input}. Numbers of IDs are 0 or more; find out what the"
                + " negative value stands for.");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }
    }
}
