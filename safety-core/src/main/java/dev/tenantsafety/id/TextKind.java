package dev.tenantsafety.id;

import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A kind whose IDs hold a text. */
final class TextKind<T extends TypedId<T>> extends IdKind<T> {

    private final Function<String, T> constructor;
    private final TextRule rule;
    private final String textPrefix;

    TextKind(String prefix, Class<T> type, Function<String, T> constructor, TextRule rule) {
        super(prefix, type);
        this.constructor = constructor;
        this.rule = rule;
        this.textPrefix = prefix + "_";
    }

    TextRule rule() {
        return rule;
    }

    @Override
    public IdKind<T> tagged(int tag) {
        throw new IllegalIdKindException(this + " is backed by a text, which has no room for a tag.");
    }

    @Override
    public IdKind<T> untagged() {
        throw new IllegalIdKindException(this + " is backed by a text, which never has a tag. Leave untagged() out.");
    }

    @Override
    public T create() {
        throw new UnsupportedOperationException(this + " is backed by a text: make the ID of one that you choose, new "
                + type().getSimpleName() + "(text).");
    }

    /** What is wrong with a text as a key of this kind, or null. */
    @Nullable
    String problemOf(String key) {
        return key.startsWith(textPrefix)
                ? "begins with " + textPrefix + " itself, as if it were the text form of an ID"
                : rule.problemOf(key);
    }

    @Override
    @Nullable
    T read(@Nullable String text) {
        if (text == null || !text.startsWith(textPrefix)) {
            return null;
        }
        String key = KeyText.key(text.substring(textPrefix.length()));
        return key == null || problemOf(key) != null ? null : constructor.apply(key);
    }

    @Override
    public T of(@Nullable UUID uuid) {
        throw notBackedBy("a UUID");
    }

    @Override
    public T of(long number) {
        throw notBackedBy("a number");
    }

    @Override
    public T of(@Nullable String text) {
        check(text);
        return constructor.apply(text);
    }

    @Override
    public void check(@Nullable UUID uuid) {
        throw notBackedBy("a UUID");
    }

    @Override
    public void check(long number) {
        throw notBackedBy("a number");
    }

    @Override
    public void check(@Nullable String text) {
        if (text == null || problemOf(text) != null) {
            throw new IllegalIdException(Diagnosis.ofKey(this, text));
        }
        ensureActive();
    }

    @Override
    public String format(T id) {
        ensureActive();
        return textPrefix + KeyText.of(id.text());
    }

    @Override
    public OptionalInt tag() {
        return OptionalInt.empty();
    }

    @Override
    public Backing backing() {
        return Backing.TEXT;
    }

    @Override
    int compareValues(TypedId<?> left, TypedId<?> right) {
        return left.text().compareTo(right.text());
    }

    @Override
    T sample() {
        return constructor.apply(rule.example());
    }

    @Override
    void tryRecord() {
        T id = requireAccepted(() -> constructor.apply(rule.example()));
        require(
                rule.example().equals(textOf(id)),
                "text() does not give back what the constructor was given. Name the record's one component String text.");
        requireOwnMethods(id);
        requireRefused(
                () -> constructor.apply(rule.tooLong()),
                "its constructor takes texts that the rule does not allow. Let it begin with KIND.check(text).");
    }

    private static @Nullable String textOf(TypedId<?> id) {
        try {
            return id.text();
        } catch (UnsupportedOperationException e) {
            return null; // the component has another name
        }
    }
}
