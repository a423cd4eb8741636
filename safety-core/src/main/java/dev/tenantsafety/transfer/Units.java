package dev.tenantsafety.transfer;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.jdbc.Dialect;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Owners of one kind, in the order in which they come.
 *
 * @param kind their kind
 * @param ids at least one, each once
 */
record Units(IdKind<?> kind, List<TypedId<?>> ids) {

    static Units of(Collection<? extends TypedId<?>> ids) {
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("Name the owners whose rows are meant. None never means all.");
        }
        List<TypedId<?>> once = List.copyOf(new LinkedHashSet<TypedId<?>>(ids));
        IdKind<?> kind = once.get(0).kind();
        for (TypedId<?> id : once) {
            if (!id.kind().equals(kind)) {
                throw new IllegalArgumentException(
                        "Owners of one kind are restored at once, but " + once.get(0) + " is a " + kind.prefix()
                                + " and " + id + " a " + id.kind().prefix() + ".");
            }
        }
        return new Units(kind, once);
    }

    List<Units> batches(int size) {
        List<Units> batches = new java.util.ArrayList<>();
        for (int from = 0; from < ids.size(); from += size) {
            batches.add(new Units(kind, ids.subList(from, Math.min(ids.size(), from + size))));
        }
        return batches;
    }

    /** What follows the column in a statement that takes no parameters, as COPY does. */
    String equalsAny(Dialect dialect) {
        String all = ids.stream().map(id -> dialect.literal(raw(id))).collect(Collectors.joining(", "));
        // H2 finds no text of char(n) among several constants after IN
        return dialect == Dialect.H2 && kind.backing() == IdKind.Backing.TEXT
                ? "= any (array[" + all + "])"
                : "in (" + all + ")";
    }

    /** The ID as the database writes it. */
    static String raw(TypedId<?> id) {
        return switch (id.kind().backing()) {
            case UUID -> id.uuid().toString();
            case NUMBER -> Long.toString(id.number());
            case TEXT -> id.text();
        };
    }
}
