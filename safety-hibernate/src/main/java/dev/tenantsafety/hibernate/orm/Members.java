package dev.tenantsafety.hibernate.orm;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what an attribute's annotations stand on. */
final class Members {

    private Members() {}

    /**
     * Whether the field or the getter of an attribute has an annotation, in the class or the next above it that has either.
     *
     * @param attribute its name, or its path through embeddables
     */
    static boolean has(@Nullable Class<?> type, String attribute, Class<? extends Annotation> annotation) {
        return find(type, attribute, annotation) != null;
    }

    /** The annotation; null if there is none. */
    static <A extends Annotation> @Nullable A find(@Nullable Class<?> type, String attribute, Class<A> annotation) {
        int dot = attribute.indexOf('.');
        if (dot >= 0) {
            return find(typeOf(type, attribute.substring(0, dot)), attribute.substring(dot + 1), annotation);
        }
        return declared(type, attribute).stream()
                .map(member -> member.getAnnotation(annotation))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Class<?> typeOf(@Nullable Class<?> type, String attribute) {
        return declared(type, attribute).stream()
                .map(member -> member instanceof Field field ? field.getType() : ((Method) member).getReturnType())
                .findFirst()
                .orElse(null);
    }

    /** In the class or the next above it that has any. */
    private static List<AnnotatedElement> declared(@Nullable Class<?> type, String attribute) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            List<AnnotatedElement> members = declaredIn(declaring, attribute);
            if (!members.isEmpty()) {
                return members;
            }
        }
        return List.of();
    }

    /** The attributes of a class, and of those above it, whose field or getter has an annotation; in the order of the classes. */
    static List<String> with(@Nullable Class<?> type, Class<? extends Annotation> annotation) {
        List<String> attributes = new ArrayList<>();
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            Stream.concat(
                            Arrays.stream(declaring.getDeclaredFields())
                                    .filter(field -> field.isAnnotationPresent(annotation))
                                    .map(Field::getName),
                            Arrays.stream(declaring.getDeclaredMethods())
                                    .filter(method -> method.isAnnotationPresent(annotation) && !method.isBridge())
                                    .map(Members::attribute))
                    .filter(attribute -> !attributes.contains(attribute))
                    .forEach(attributes::add);
        }
        return attributes;
    }

    /** Where the attribute's field stands among those of its class, for an order that people expect. */
    static int position(@Nullable Class<?> type, String attribute) {
        int position = 0;
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (Field field : declaring.getDeclaredFields()) {
                if (field.getName().equals(attribute)) {
                    return position;
                }
                position++;
            }
        }
        return position;
    }

    private static List<AnnotatedElement> declaredIn(Class<?> type, String attribute) {
        List<AnnotatedElement> members = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (method.getParameterCount() == 0
                    && !method.isBridge()
                    && !method.getName().equals(attribute)
                    && attribute(method).equals(attribute)) {
                members.add(method);
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals(attribute)) {
                members.add(field);
            }
        }
        return members;
    }

    /** The name of the attribute whose getter this is; or that of the method. */
    private static String attribute(Method method) {
        String name = method.getName();
        for (String prefix : List.of("get", "is")) {
            if (name.startsWith(prefix) && name.length() > prefix.length()) {
                return name.substring(prefix.length(), prefix.length() + 1).toLowerCase(Locale.ROOT)
                        + name.substring(prefix.length() + 1);
            }
        }
        return name;
    }
}
