package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKinds;
import dev.tenantsafety.id.TypedId;

/** The kinds of attributes whose type is only known as a class. */
final class Kinds {

    /** {@link IdKinds} tries a kind each time it is asked for one; for each row that would be too often. */
    private static final ClassValue<IdKind<?>> TRIED = new ClassValue<>() {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // whoever asks has seen that it is a TypedId
        protected IdKind<?> computeValue(Class<?> type) {
            return IdKinds.of((Class) type);
        }
    };

    private Kinds() {}

    /** The kind of a class that is a {@link TypedId}. */
    static IdKind<?> of(Class<?> type) {
        return TRIED.get(type);
    }
}
