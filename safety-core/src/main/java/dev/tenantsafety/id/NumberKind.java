package dev.tenantsafety.id;

import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A kind whose IDs hold a number. */
final class NumberKind<T extends TypedId<T>> extends IdKind<T> {

    private static final int MAX_DIGITS = 19;
    private static final long NONE = -1;

    private final LongFunction<T> constructor;
    private final String textPrefix;

    NumberKind(String prefix, Class<T> type, LongFunction<T> constructor) {
        super(prefix, type);
        this.constructor = constructor;
        this.textPrefix = prefix + "_";
    }

    @Override
    public IdKind<T> tagged(int tag) {
        throw new IllegalIdKindException(this + " is backed by a number, which has no room for a tag.");
    }

    @Override
    public IdKind<T> untagged() {
        throw new IllegalIdKindException(this + " is backed by a number, which never has a tag. Leave untagged() out.");
    }

    @Override
    public T create() {
        throw new UnsupportedOperationException(
                this + " is backed by a number: let the database create it, and make the ID of that.");
    }

    @Override
    @Nullable
    T read(@Nullable String text) {
        if (text == null || !text.startsWith(textPrefix)) {
            return null;
        }
        long number = digits(text, textPrefix.length());
        return number == NONE ? null : constructor.apply(number);
    }

    /** The number in its one form from this place to the end of the text, or NONE. */
    private static long digits(String text, int start) {
        int length = text.length() - start;
        if (length < 1 || length > MAX_DIGITS || (length > 1 && text.charAt(start) == '0')) {
            return NONE;
        }
        long number = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            number = number * 10 + digit;
        }
        return number < 0 ? NONE : number; // nineteen digits overflow once at most, and then into the negative
    }

    @Override
    public T of(@Nullable UUID uuid) {
        throw notBackedBy("a UUID");
    }

    @Override
    public T of(@Nullable String text) {
        throw notBackedBy("a text");
    }

    @Override
    public T of(long number) {
        check(number);
        return constructor.apply(number);
    }

    @Override
    public void check(@Nullable UUID uuid) {
        throw notBackedBy("a UUID");
    }

    @Override
    public void check(@Nullable String text) {
        throw notBackedBy("a text");
    }

    @Override
    public void check(long number) {
        if (number < 0) {
            throw new IllegalIdException(Diagnosis.negative(this, number));
        }
        ensureActive();
    }

    @Override
    public String format(T id) {
        ensureActive();
        return textPrefix + id.number();
    }

    @Override
    public OptionalInt tag() {
        return OptionalInt.empty();
    }

    @Override
    public Backing backing() {
        return Backing.NUMBER;
    }

    @Override
    int compareValues(TypedId<?> left, TypedId<?> right) {
        return Long.compare(left.number(), right.number());
    }

    @Override
    T sample() {
        return constructor.apply(0);
    }

    @Override
    void tryRecord() {
        tryNumber(0);
        tryNumber(Long.MAX_VALUE);
        requireRefused(
                () -> constructor.apply(-1),
                "its constructor takes negative numbers. Let it begin with KIND.check(number).");
    }

    private void tryNumber(long number) {
        T id = requireAccepted(() -> constructor.apply(number));
        require(
                numberOf(id) == number,
                "number() does not give back what the constructor was given. Name the record's one component long"
                        + " number.");
        requireOwnMethods(id);
    }

    private static long numberOf(TypedId<?> id) {
        try {
            return id.number();
        } catch (UnsupportedOperationException e) {
            return NONE; // the component has another name
        }
    }
}
