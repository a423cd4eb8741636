package dev.tenantsafety.id;

/**
 * What came of reading a text that may or may not be an ID, for callers to whom a refusal is no exception.
 *
 * @param <T> the ID asked for
 */
public sealed interface ParseResult<T extends TypedId<T>> {

    /**
     * The ID, or the exception that {@link IdKind#parse} would have thrown.
     *
     * @return the ID
     * @throws IllegalIdException if the text was refused
     */
    T orThrow();

    /**
     * The text was an ID of the kind asked for.
     *
     * @param id the ID
     * @param <T> the ID asked for
     */
    record Parsed<T extends TypedId<T>>(T id) implements ParseResult<T> {
        @Override
        public T orThrow() {
            return id;
        }
    }

    /**
     * The text was not an ID of the kind asked for.
     *
     * @param refusal what it was instead, and what to do
     * @param <T> the ID asked for
     */
    record Refused<T extends TypedId<T>>(IdRefusal refusal) implements ParseResult<T> {
        @Override
        public T orThrow() {
            throw new IllegalIdException(refusal);
        }
    }
}
