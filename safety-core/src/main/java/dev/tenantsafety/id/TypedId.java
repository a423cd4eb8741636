package dev.tenantsafety.id;

import java.io.Serializable;
import java.util.UUID;

/**
 * An ID whose type says what it identifies.
 *
 * <p>Each kind of ID is a record of its own with one component, {@code UUID uuid}, {@code long number} or {@code String text}:
 *
 * <pre>{@code
 * public record InvoiceId(UUID uuid) implements TypedId<InvoiceId> {
 *     public static final IdKind<InvoiceId> KIND = IdKind.of("invoice", InvoiceId.class, InvoiceId::new);
 *
 *     public InvoiceId { KIND.check(uuid); }
 *     @Override public IdKind<InvoiceId> kind() { return KIND; }
 *     @Override public String toString() { return KIND.format(this); }
 * }
 * }</pre>
 *
 * <p>The constructor checks with {@code KIND} and nothing else: whatever was stored once must come back. A line of these that was forgotten or copied from another kind is found when the kind is first used: see
 * {@link IdKind}.
 *
 * <p>IDs are immutable, may be shared between threads, are equal by value, and may be keys of maps. Java serialization
 * reads a record through its constructor, so a stream cannot make an ID that the constructor refuses.
 *
 * @param <T> the record itself
 */
public interface TypedId<T extends TypedId<T>> extends Comparable<T>, Serializable {

    /**
     * What this ID identifies.
     *
     * @return the one kind of this record class
     */
    IdKind<T> kind();

    /**
     * The bare UUID, for kinds that have one. The accessor of the record's component {@code uuid} is this method.
     *
     * @return the UUID
     * @throws UnsupportedOperationException if this kind is not backed by a UUID
     */
    default UUID uuid() {
        throw kind().lacking(this, IdKind.Backing.UUID);
    }

    /**
     * The bare number, for kinds that have one. The accessor of the record's component {@code number} is this method.
     *
     * @return the number, 0 or more
     * @throws UnsupportedOperationException if this kind is not backed by a number
     */
    default long number() {
        throw kind().lacking(this, IdKind.Backing.NUMBER);
    }

    /**
     * The bare text, for kinds that have one: the key as it stands in the database. The accessor of the record's component {@code text} is
     * this method; the text form with the prefix is {@code toString()}.
     *
     * @return the text
     * @throws UnsupportedOperationException if this kind is not backed by a text
     */
    default String text() {
        throw kind().lacking(this, IdKind.Backing.TEXT);
    }

    /**
     * Compares by value: UUIDs as unsigned 128-bit numbers, which is time order for the IDs we create and the order of
     * their text; numbers as numbers; texts as {@link String#compareTo} does. Consistent with {@code equals}.
     *
     * @param other an ID of the same kind
     * @return negative, zero or positive as this ID is before, equal to or after the other
     * @throws ClassCastException if the other is of another kind, which only code without generics can ask
     */
    @Override
    default int compareTo(T other) {
        return kind().compare(this, other);
    }
}
