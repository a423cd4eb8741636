package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.OwnerRoot;
import dev.tenantsafety.hibernate.Shared;
import dev.tenantsafety.hibernate.UniqueAlive;
import dev.tenantsafety.hibernate.Unowned;
import jakarta.persistence.Entity;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The annotations on the classes of an entity. They count on the root of a hierarchy and on what it extends, and the nearest
 * class that declares an owner wins; anywhere else nothing would read them.
 */
final class Declarations {

    private static final List<Class<? extends Annotation>> OWNERS =
            List.of(OwnedThrough.class, Shared.class, Unowned.class);

    private static final List<Class<? extends Annotation>> ALL = List.of(
            OwnedThrough.class,
            Shared.class,
            Unowned.class,
            OwnerRoot.class,
            UniqueAlive.class,
            UniqueAlive.Several.class);

    private Declarations() {}

    /** The declaration of a root entity, its own or an inherited one; null if there is none, or a nearer one of another type. */
    static <A extends Annotation> @Nullable A find(@Nullable Class<?> root, Class<A> annotation) {
        for (Class<?> declaring = root; declaring != null; declaring = declaring.getSuperclass()) {
            if (OWNERS.stream().anyMatch(declaring::isAnnotationPresent)) {
                return declaring.getAnnotation(annotation);
            }
        }
        return null;
    }

    /** Whether a root entity, or what it extends, is declared to hold owners; that goes with a path to owners of another kind. */
    static boolean isOwnerRoot(@Nullable Class<?> root) {
        for (Class<?> declaring = root; declaring != null; declaring = declaring.getSuperclass()) {
            if (declaring.isAnnotationPresent(OwnerRoot.class)) {
                return true;
            }
        }
        return false;
    }

    /** The keys of a root entity and of what it extends. */
    static List<UniqueAlive> keys(@Nullable Class<?> root) {
        List<UniqueAlive> keys = new ArrayList<>();
        for (Class<?> declaring = root; declaring != null; declaring = declaring.getSuperclass()) {
            keys.addAll(List.of(declaring.getDeclaredAnnotationsByType(UniqueAlive.class)));
        }
        return keys;
    }

    /** The annotations on a subclass of an entity and on what stands between the two, as they are written. */
    static List<String> onSubclass(Class<?> subclass) {
        List<String> found = new ArrayList<>();
        Class<?> declaring = subclass;
        do {
            add(declaring, found);
            addOfInterfaces(declaring, found);
            declaring = declaring.getSuperclass();
        } while (declaring != null && !declaring.isAnnotationPresent(Entity.class));
        return found;
    }

    /** The annotations on the interfaces of a root entity. */
    static List<String> onInterfaces(@Nullable Class<?> root) {
        List<String> found = new ArrayList<>();
        for (Class<?> declaring = root; declaring != null; declaring = declaring.getSuperclass()) {
            addOfInterfaces(declaring, found);
        }
        return found;
    }

    private static void addOfInterfaces(Class<?> type, List<String> found) {
        for (Class<?> above : type.getInterfaces()) {
            add(above, found);
            addOfInterfaces(above, found);
        }
    }

    private static void add(Class<?> declaring, List<String> found) {
        for (Class<? extends Annotation> annotation : ALL) {
            String name =
                    "@" + (annotation == UniqueAlive.Several.class ? UniqueAlive.class : annotation).getSimpleName();
            if (declaring.isAnnotationPresent(annotation) && !found.contains(name)) {
                found.add(name);
            }
        }
    }
}
