package dev.tenantsafety.id;

import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an ID identifies: a prefix for its text, a record class for source code, and a tag for the bare UUID.
 *
 * <p>There is one instance per record class, in its constant {@code KIND}; see {@link TypedId} for the lines of such a
 * record. The tag is a number of twelve bits that follows from the prefix: the 32-bit FNV-1a hash of its characters,
 * folded by exclusive or (bits 0 to 11, 12 to 23 and 24 to 31). It stands in the twelve bits after the version of each
 * UUID that {@link #create()} makes. UUIDs of other versions than 8 carry no tag and are accepted as any kind, so
 * existing keys stay valid. Kinds that are backed by numbers or texts have no tag.
 *
 * <p>On its first use a kind makes itself known to the others of this process and tries its own record. It refuses to
 * work, with an {@link IllegalIdKindException} that says what to change, if
 * <ul>
 *   <li>another kind has the same prefix or tag, a prefix one edit away (one character more, less, other, or two
 *       neighbours swapped), or a prefix that is part of this one at an underscore;
 *   <li>the record's constructor lets a value of another kind pass, or one of its methods does not give back what it
 *       should.
 * </ul>
 * The kinds {@link TenantId}, {@link SiteId} and {@link AppId} take part from the start. A kind of your own with exactly
 * one of their prefixes stands in for ours, which is then unusable in the process.
 *
 * <p>Kinds are safe for use by many threads. They are known by weak reference only, so a class loader can be let go.
 *
 * @param <T> the record
 */
public abstract sealed class IdKind<T extends TypedId<T>> permits UuidKind, NumberKind, TextKind {

    private final KindName name;
    private final Class<T> type;
    private final Object activation = new Object();
    private boolean activating;
    private volatile boolean active;

    IdKind(String prefix, Class<T> type) {
        if (!type.isRecord() || type.getRecordComponents().length != 1) {
            throw new IllegalIdKindException(
                    type.getName() + " is no record of one component. An ID is one, so that every way to make one leads"
                            + " through its constructor.");
        }
        String problem = Prefixes.problemOf(prefix);
        if (problem != null) {
            throw new IllegalIdKindException(
                    "The prefix " + Quote.of(prefix) + " of " + type.getName() + " " + problem);
        }
        this.name = new KindName(prefix, type.getSimpleName());
        this.type = type;
    }

    /**
     * A kind backed by a UUID, tagged by its prefix.
     *
     * @param prefix 1 to 63 characters a to z and underscore, neither first nor last an underscore (TypeID
     *     specification 0.3); three or more characters are better
     * @param type the record class
     * @param constructor its constructor
     * @param <T> the record
     * @return the kind, for the record's constant {@code KIND}
     * @throws IllegalIdKindException if the prefix or class cannot be used
     */
    public static <T extends TypedId<T>> IdKind<T> of(String prefix, Class<T> type, Function<UUID, T> constructor) {
        return IdKinds.declare(new UuidKind<>(prefix, type, constructor, Tags.of(prefix)));
    }

    /**
     * A kind backed by a number, for schemas that have bigint keys. Its text is the prefix, an underscore and the
     * decimal digits. A bare number carries no tag: only type and text tell these IDs apart.
     *
     * @param prefix as for {@link #of(String, Class, Function)}
     * @param type the record class
     * @param constructor its constructor
     * @param <T> the record
     * @return the kind, for the record's constant {@code KIND}
     * @throws IllegalIdKindException if the prefix or class cannot be used
     */
    public static <T extends TypedId<T>> IdKind<T> ofLong(String prefix, Class<T> type, LongFunction<T> constructor) {
        return IdKinds.declare(new NumberKind<>(prefix, type, constructor));
    }

    /**
     * Creates a kind backed by a text, for schemas whose keys are names: realms, slugs, cuids, nanoids. Its text form is the prefix, an underscore
     * and the key; of the key, letters, digits, hyphen, full stop and underscore of ASCII stand for themselves, and each byte of any other
     * character in UTF-8 is a tilde and two hexadecimal digits: {@code realm_acme}, {@code realm_a~20b}. A bare text carries no tag: only type
     * and text form tell these IDs apart.
     *
     * @param prefix as for {@link #of(String, Class, Function)}; no key can begin with it and an underscore, so that a text form is not taken for a
     *     key
     * @param type the record class
     * @param constructor its constructor
     * @param rule which texts are keys
     * @param <T> the record
     * @return the kind, for the record's constant {@code KIND}
     * @throws IllegalIdKindException if the prefix or class cannot be used
     */
    public static <T extends TypedId<T>> IdKind<T> ofText(
            String prefix, Class<T> type, Function<String, T> constructor, TextRule rule) {
        return IdKinds.declare(new TextKind<>(prefix, type, constructor, rule));
    }

    /**
     * The same kind with another tag, for when registration says that two prefixes share one.
     *
     * @param tag 0 to 4095
     * @return the kind to keep as {@code KIND} in place of this one
     * @throws IllegalIdKindException if the tag has more than twelve bits, or the kind is not backed by a UUID
     */
    public abstract IdKind<T> tagged(int tag);

    /**
     * The same kind without a tag, for teams that must have plain version 7: it creates UUIDs of version 7 (RFC 9562)
     * and takes those of any version but 8. Their bare UUIDs do not tell their kind.
     *
     * @return the kind to keep as {@code KIND} in place of this one
     * @throws IllegalIdKindException if the kind is not backed by a UUID
     */
    public abstract IdKind<T> untagged();

    /**
     * Creates a new ID: the time in milliseconds, the tag, and random bits. Within a process and kind each is greater
     * than those before, also within one millisecond, under many threads, and when the clock steps back. At least 40
     * bits, from a {@link java.security.SecureRandom}, are new in each; IDs are no secrets, though.
     *
     * @return the new ID
     * @throws UnsupportedOperationException if the kind is backed by a number, for the database creates those, or by a text, for people do
     */
    public abstract T create();

    /**
     * Reads the text form.
     *
     * @param text the text, exactly as {@link #format} gives it; null is refused
     * @return the ID
     * @throws IllegalIdException if the text is anything else
     */
    public final T parse(@Nullable String text) {
        ensureActive();
        T id = read(text);
        if (id == null) {
            throw new IllegalIdException(Diagnosis.of(this, text));
        }
        return id;
    }

    /**
     * Reads the text form without throwing.
     *
     * @param text the text, exactly as {@link #format} gives it; null is refused
     * @return the ID, or why it is none
     */
    public final ParseResult<T> tryParse(@Nullable String text) {
        ensureActive();
        T id = read(text);
        return id == null ? new ParseResult.Refused<>(Diagnosis.of(this, text)) : new ParseResult.Parsed<>(id);
    }

    /**
     * Makes an ID of a bare UUID, as the constructor does; for code that has the kind and not the class.
     *
     * @param uuid the UUID; null is refused
     * @return the ID
     * @throws IllegalIdException if the UUID is null or carries the tag of another kind
     * @throws UnsupportedOperationException if the kind is not backed by a UUID
     */
    public abstract T of(@Nullable UUID uuid);

    /**
     * Makes an ID of a bare number, as the constructor does; for code that has the kind and not the class.
     *
     * @param number the number
     * @return the ID
     * @throws IllegalIdException if the number is negative
     * @throws UnsupportedOperationException if the kind is not backed by a number
     */
    public abstract T of(long number);

    /**
     * Makes an ID of a bare text, as the constructor does; for code that has the kind and not the class. The text form is read by
     * {@link #parse}.
     *
     * @param text the key as it stands in the database, without the prefix; null is refused
     * @return the ID
     * @throws IllegalIdException if the text is null or not a key of this kind
     * @throws UnsupportedOperationException if the kind is not backed by a text
     */
    public abstract T of(@Nullable String text);

    /**
     * Refuses a UUID that cannot be of this kind. For the record's constructor.
     *
     * @param uuid the UUID; null is refused
     * @throws IllegalIdException if the UUID is null or carries the tag of another kind
     * @throws UnsupportedOperationException if the kind is not backed by a UUID
     */
    public abstract void check(@RawId(reason = "it becomes one of this kind") @Nullable UUID uuid);

    /**
     * Refuses a number that cannot be of this kind. For the record's constructor.
     *
     * @param number the number
     * @throws IllegalIdException if the number is negative
     * @throws UnsupportedOperationException if the kind is not backed by a number
     */
    public abstract void check(long number);

    /**
     * Refuses a text that cannot be a key of this kind. For the record's constructor.
     *
     * @param text the text; null is refused
     * @throws IllegalIdException if the text is null or not a key of this kind
     * @throws UnsupportedOperationException if the kind is not backed by a text
     */
    public abstract void check(@Nullable String text);

    /**
     * The text form: prefix, underscore, and 26 characters of base32 over the UUID, the decimal digits of the number, or the text as
     * {@link #ofText} says.
     * For the record's {@code toString}.
     *
     * @param id the ID
     * @return the text that {@link #parse} reads
     */
    public abstract String format(T id);

    /**
     * The prefix of the text form.
     *
     * @return the prefix, without the underscore
     */
    public final String prefix() {
        return name.prefix();
    }

    /**
     * The record class.
     *
     * @return the class
     */
    public final Class<T> type() {
        return type;
    }

    /**
     * The tag that UUIDs of this kind carry.
     *
     * @return 0 to 4095; empty for kinds that are untagged or not backed by a UUID
     */
    public abstract OptionalInt tag();

    /**
     * What IDs of this kind hold.
     *
     * @return which of the accessors of {@link TypedId} gives the bare value
     */
    public abstract Backing backing();

    /** What an ID holds. */
    public enum Backing {
        /** A UUID: {@link TypedId#uuid()}. */
        UUID("a UUID"),
        /** A number: {@link TypedId#number()}. */
        NUMBER("a number"),
        /** A text: {@link TypedId#text()}. */
        TEXT("a text");

        private final String words;

        Backing(String words) {
            this.words = words;
        }

        /** For example "a number". */
        String words() {
            return words;
        }
    }

    /**
     * Prefix and class, for messages.
     *
     * @return for example {@code app (AppId)}
     */
    @Override
    public final String toString() {
        return name.prefix() + " (" + name.type() + ")";
    }

    /** The ID in this text, or null if there is none. Throws nothing but what an unfit kind throws. */
    abstract @Nullable T read(@Nullable String text);

    /** An ID that any configuration of this record accepts, to ask it for its kind. */
    abstract T sample();

    /** Tries the record: throws if one of its lines is missing or wrong. */
    abstract void tryRecord();

    abstract int compareValues(TypedId<?> left, TypedId<?> right);

    final int compare(TypedId<?> left, TypedId<?> right) {
        if (left.getClass() != right.getClass()) {
            throw new ClassCastException(left + " and " + right + " are of different kinds, " + left.kind() + " and "
                    + right.kind() + ", and have no order.");
        }
        ensureActive();
        return compareValues(left, right);
    }

    /** For an ID that is asked for what it does not hold. Of a record whose component has another name not even the text can be told. */
    final UnsupportedOperationException lacking(TypedId<?> id, Backing asked) {
        return new UnsupportedOperationException(
                asked == backing()
                        ? type.getName() + " does not override the method that gives " + asked.words()
                        : id + " does not hold " + asked.words() + ": " + this + " is backed by "
                                + backing().words() + ".");
    }

    final UnsupportedOperationException notBackedBy(String other) {
        return new UnsupportedOperationException(
                this + " is backed by " + backing().words() + ", not by " + other + ".");
    }

    final KindName name() {
        return name;
    }

    /** Before the first use. The record's constructor leads here too, but a record to refuse is one that lacks that. */
    final void ensureActive() {
        if (!active) {
            activate();
        }
    }

    /**
     * Tries the record and registers the kind, once. Trying it calls the record's constructor, which leads back here:
     * the same thread passes, others wait.
     */
    private void activate() {
        synchronized (activation) {
            if (active || activating) {
                return;
            }
            activating = true;
            try {
                tryRecord();
                IdKinds.registry().register(this);
                active = true;
            } finally {
                activating = false;
            }
        }
    }

    final void require(boolean holds, String missing) {
        if (!holds) {
            throw unfit(missing, null);
        }
    }

    final void requireOwnMethods(T id) {
        require(
                id.kind() == this,
                "kind() returns another kind than the one that was made for it. Let it return KIND, and keep one KIND"
                        + " per record.");
        require(format(id).equals(id.toString()), "toString() is not the text form. Let it return KIND.format(this).");
    }

    final T requireAccepted(Supplier<T> construction) {
        try {
            return construction.get();
        } catch (RuntimeException e) {
            throw unfit(
                    "its constructor refuses an ID of its own kind. Let it check with its own KIND, and nothing else.",
                    e);
        }
    }

    final void requireRefused(Supplier<T> construction, String missing) {
        T unguarded;
        try {
            unguarded = construction.get();
        } catch (IllegalIdException expected) {
            return;
        }
        throw unfit("it let " + unguarded + " pass: " + missing, null);
    }

    private IllegalIdKindException unfit(String missing, @Nullable Throwable cause) {
        return new IllegalIdKindException(type.getName() + " cannot be used as an ID: " + missing, cause);
    }
}
