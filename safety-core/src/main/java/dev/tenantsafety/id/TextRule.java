package dev.tenantsafety.id;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which texts can be keys of a kind: how long they are, what they are made of, and whether case counts.
 *
 * <pre>{@code
 * TextRule.upTo(36).matching("[a-z0-9-]+", "acme")
 * }</pre>
 *
 * <p>Whatever the rule, a key has at least one character, no blank at its start or end, and no character that cannot be seen: no control or
 * format character (Unicode categories Cc and Cf), no line or paragraph separator, no unpaired surrogate. Two keys are the same if their
 * characters are; where the database compares in another way, let the rule allow one way to write a key, as {@link #inLowerCase()} does.
 *
 * <p>Immutable.
 */
public final class TextRule {

    /** More than any index of a database takes anyway. */
    private static final int MOST = 255;

    private final int length;
    private final @Nullable Pattern pattern;
    private final String example;
    private final Case letters;

    private enum Case {
        ANY("") {
            @Override
            String of(String text) {
                return text;
            }
        },
        LOWER(" in lower case") {
            @Override
            String of(String text) {
                return text.toLowerCase(Locale.ROOT);
            }
        },
        UPPER(" in upper case") {
            @Override
            String of(String text) {
                return text.toUpperCase(Locale.ROOT);
            }
        };

        private final String words;

        Case(String words) {
            this.words = words;
        }

        abstract String of(String text);
    }

    private TextRule(int length, @Nullable Pattern pattern, String example, Case letters) {
        this.length = length;
        this.pattern = pattern;
        this.example = example;
        this.letters = letters;
        String problem = problemOf(example);
        if (problem != null) {
            throw new IllegalArgumentException(
                    "The example " + Quote.of(example) + " " + problem + ". Give an example that the rule allows.");
        }
    }

    /**
     * Allows keys of any characters that can be seen.
     *
     * @param length how many characters (Unicode code points) a key has at most, as {@code varchar(n)} counts them; 1 to 255
     * @return the rule
     * @throws IllegalArgumentException if the length is none of these
     */
    public static TextRule upTo(int length) {
        if (length < 1 || length > MOST) {
            throw new IllegalArgumentException(
                    "Keys of " + length + " characters cannot be identified by. Choose a length of 1 to " + MOST + ".");
        }
        return new TextRule(length, null, "x", Case.ANY);
    }

    /**
     * Allows only keys that match as a whole.
     *
     * @param regex of {@link Pattern}
     * @param example a key that the rule allows; messages show it
     * @return the rule
     * @throws IllegalArgumentException if the expression is none, or the rule does not allow the example
     */
    public TextRule matching(String regex, String example) {
        return new TextRule(length, Pattern.compile(regex), example, letters);
    }

    /**
     * Allows only keys without upper case letters, for databases that compare without case or applications that fold it.
     *
     * @return the rule
     * @throws IllegalArgumentException if the example of {@link #matching} has one
     */
    public TextRule inLowerCase() {
        return new TextRule(length, pattern, pattern == null ? "x" : example, Case.LOWER);
    }

    /**
     * Allows only keys without lower case letters.
     *
     * @return the rule
     * @throws IllegalArgumentException if the example of {@link #matching} has one
     */
    public TextRule inUpperCase() {
        return new TextRule(length, pattern, pattern == null ? "X" : example, Case.UPPER);
    }

    int length() {
        return length;
    }

    String example() {
        return example;
    }

    /** A text that the rule does not allow, and nothing but its length says so. */
    String tooLong() {
        return example.repeat(length / example.length() + 1);
    }

    /** The text as the rule wants its letters; perhaps not allowed for another reason. */
    String inItsCase(String text) {
        return letters.of(text);
    }

    /** What is wrong with a text as a key, to go on from "the key …", or null. */
    @Nullable
    String problemOf(String text) {
        if (text.isEmpty()) {
            return "is empty";
        }
        int characters = text.codePointCount(0, text.length());
        if (characters > length) {
            return "has " + characters + " characters, more than " + length;
        }
        if (Blanks.strip(text).length() < text.length()) {
            return "has blanks around it";
        }
        int unseen = text.codePoints().filter(TextRule::isUnseen).findFirst().orElse(-1);
        if (unseen >= 0) {
            return "holds " + Quote.codePoint(unseen) + ", which cannot be seen";
        }
        if (!letters.of(text).equals(text)) {
            return "is not" + letters.words;
        }
        return pattern == null || pattern.matcher(text).matches() ? null : "does not match " + pattern;
    }

    private static boolean isUnseen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** What is allowed, for messages. */
    @Override
    public String toString() {
        return "1 to " + length + " characters" + letters.words + (pattern == null ? "" : " that match " + pattern)
                + ", such as " + example;
    }
}
