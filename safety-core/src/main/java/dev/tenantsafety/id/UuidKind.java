package dev.tenantsafety.id;

import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A kind whose IDs hold a UUID. */
final class UuidKind<T extends TypedId<T>> extends IdKind<T> {

    private final Function<UUID, T> constructor;
    private final int tag;
    private final String textPrefix;
    private final byte[] textPrefixBytes;
    private final IdGenerator generator;
    /** Carries a tag that this kind must refuse, and stands for all of them when the record is tried. */
    private final UUID foreign;

    UuidKind(String prefix, Class<T> type, Function<UUID, T> constructor, int tag) {
        super(prefix, type);
        this.constructor = constructor;
        this.tag = tag;
        this.textPrefix = prefix + "_";
        this.textPrefixBytes = Base32.ascii(textPrefix);
        this.generator = new IdGenerator(tag, InstantSource.system(), new RandomBits());
        this.foreign = Tags.lowestWith(tag == Tags.NONE ? 0 : tag ^ 1);
    }

    @Override
    public IdKind<T> tagged(int newTag) {
        require(
                newTag >= 0 && newTag <= Tags.MAX,
                "the tag " + newTag + " does not fit into twelve bits. Choose one from 0 to " + Tags.MAX + ".");
        return new UuidKind<>(prefix(), type(), constructor, newTag);
    }

    @Override
    public IdKind<T> untagged() {
        return new UuidKind<>(prefix(), type(), constructor, Tags.NONE);
    }

    @Override
    public T create() {
        ensureActive();
        return constructor.apply(generator.next());
    }

    @Override
    @Nullable
    T read(@Nullable String text) {
        if (text == null || text.length() != textPrefix.length() + Base32.LENGTH || !text.startsWith(textPrefix)) {
            return null;
        }
        UUID uuid = Base32.decode(text, textPrefix.length());
        if (uuid == null || isForeign(uuid)) {
            return null;
        }
        return constructor.apply(uuid);
    }

    @Override
    public T of(@Nullable UUID uuid) {
        check(uuid);
        return constructor.apply(uuid);
    }

    @Override
    public T of(long number) {
        throw notBackedBy("a number");
    }

    @Override
    public T of(@Nullable String text) {
        throw notBackedBy("a text; parse(…) reads the text form");
    }

    @Override
    public void check(@Nullable UUID uuid) {
        if (uuid == null || isForeign(uuid)) {
            throw refusal(uuid);
        }
        ensureActive();
    }

    @Override
    public void check(long number) {
        throw notBackedBy("a number");
    }

    @Override
    public void check(@Nullable String text) {
        throw notBackedBy("a text");
    }

    private boolean isForeign(UUID uuid) {
        return Tags.isTagged(uuid) && Tags.of(uuid) != tag;
    }

    private IllegalIdException refusal(@Nullable UUID uuid) {
        // While a kind is tried, other classes may be half loaded: no looking around for whose tag it is.
        return new IllegalIdException(
                foreign.equals(uuid) ? Diagnosis.ofUnknownTag(this, foreign) : Diagnosis.of(this, uuid));
    }

    @Override
    public String format(T id) {
        ensureActive();
        return Base32.text(textPrefixBytes, id.uuid());
    }

    @Override
    public OptionalInt tag() {
        return tag == Tags.NONE ? OptionalInt.empty() : OptionalInt.of(tag);
    }

    @Override
    public Backing backing() {
        return Backing.UUID;
    }

    @Override
    int compareValues(TypedId<?> left, TypedId<?> right) {
        // Not UUID.compareTo, which takes the halves as signed numbers.
        UUID a = left.uuid();
        UUID b = right.uuid();
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    @Override
    T sample() {
        return constructor.apply(Tags.lowestUntagged());
    }

    @Override
    void tryRecord() {
        UUID own = tag == Tags.NONE ? Tags.lowestUntagged() : Tags.lowestWith(tag);
        T id = requireAccepted(() -> constructor.apply(own));
        require(
                own.equals(uuidOf(id)),
                "uuid() does not give back what the constructor was given. Name the record's one component UUID uuid.");
        requireOwnMethods(id);
        requireRefused(
                () -> constructor.apply(foreign),
                "its constructor takes UUIDs of other kinds. Let it begin with KIND.check(uuid).");
    }

    private static @Nullable UUID uuidOf(TypedId<?> id) {
        try {
            return id.uuid();
        } catch (UnsupportedOperationException e) {
            return null; // the component has another name
        }
    }
}
