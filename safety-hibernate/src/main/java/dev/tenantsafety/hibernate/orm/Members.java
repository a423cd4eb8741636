package dev.tenantsafety.hibernate.orm;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what an attribute's annotations stand on. */
final class Members {

    private Members() {}

    /** The field, or else the getter, of an attribute, in the class or one above it; null if there is neither. */
    static @Nullable AnnotatedElement of(@Nullable Class<?> type, String attribute) {
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            AnnotatedElement member = declaredIn(declaring, attribute);
            if (member != null) {
                return member;
            }
        }
        return null;
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

    private static @Nullable AnnotatedElement declaredIn(Class<?> type, String attribute) {
        String getter = "get" + attribute.substring(0, 1).toUpperCase(Locale.ROOT) + attribute.substring(1);
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(getter)
                    && method.getParameterCount() == 0
                    && method.getAnnotations().length > 0) {
                return method;
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (field.getName().equals(attribute)) {
                return field;
            }
        }
        return null;
    }
}
