package dev.tenantsafety.id;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * A list of IDs of one kind, none twice, that was read from a file as a whole.
 *
 * <pre>{@code
 * List<AppId> apps = IdList.of(AppId.KIND).read(Path.of("to-retire.csv"));
 * }</pre>
 *
 * <p>Unmodifiable and safe for use by many threads. Equal to any list of the same IDs in the same order.
 *
 * @param <T> the ID
 */
public final class IdList<T extends TypedId<T>> extends AbstractList<T> implements RandomAccess {

    private final IdKind<T> kind;
    private final List<T> ids;

    IdList(IdKind<T> kind, List<T> ids) {
        this.kind = kind;
        this.ids = List.copyOf(ids);
    }

    /**
     * Reads lists of IDs of this kind, one a line unless told otherwise.
     *
     * @param kind the only kind that may be in the list
     * @param <T> the ID
     * @return a reader to configure and use
     */
    public static <T extends TypedId<T>> IdListReader<T> of(IdKind<T> kind) {
        return IdListReader.of(kind);
    }

    /**
     * The kind of all IDs in this list.
     *
     * @return the kind
     */
    public IdKind<T> kind() {
        return kind;
    }

    @Override
    public T get(int index) {
        return ids.get(index);
    }

    @Override
    public int size() {
        return ids.size();
    }
}
