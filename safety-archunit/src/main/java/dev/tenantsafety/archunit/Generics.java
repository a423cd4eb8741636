package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a class puts in for the type variables of what it extends. */
final class Generics {

    private Generics() {}

    /** The argument at this place, counted from 0; its bound if the class leaves it open, empty if
     * the class does not extend the type. */
    static Optional<JavaClass> argument(JavaClass type, String supertype, int index) {
        return argument(type, supertype, index, Map.of());
    }

    private static Optional<JavaClass> argument(
            JavaClass type, String supertype, int index, Map<String, JavaType> known) {
        return Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                .flatMap(extended -> {
                    JavaClass raw = extended.toErasure();
                    List<JavaType> arguments = extended instanceof JavaParameterizedType parameterized
                            ? parameterized.getActualTypeArguments().stream()
                                    .map(one -> resolved(one, known))
                                    .toList()
                            : List.of();
                    if (raw.getName().equals(supertype)) {
                        return arguments.stream().skip(index).limit(1).map(JavaType::toErasure);
                    }
                    Map<String, JavaType> next = new HashMap<>();
                    for (int i = 0;
                            i
                                    < Math.min(
                                            arguments.size(),
                                            raw.getTypeParameters().size());
                            i++) {
                        next.put(raw.getTypeParameters().get(i).getName(), arguments.get(i));
                    }
                    return argument(raw, supertype, index, next).stream();
                })
                .findFirst();
    }

    private static JavaType resolved(JavaType type, Map<String, JavaType> known) {
        return type instanceof JavaTypeVariable ? known.getOrDefault(type.getName(), type) : type;
    }
}
