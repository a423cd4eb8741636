package dev.tenantsafety.hibernate.orm;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a session factory that are ours. */
public final class SafetySettings {

    /** False leaves a session factory as Hibernate makes it; for persistence units of others. Typed IDs stay mapped. */
    public static final String ENABLED = "tenant-safety.enabled";

    /** A {@code Supplier<String>}: who is at work, for the record of deletions. */
    public static final String ACTOR = "tenant-safety.actor";

    /** False leaves the foreign keys of the database unread at start-up; for those who start without one. */
    public static final String CHECK_SCHEMA = "tenant-safety.check-schema";

    private static final String UNKNOWN_ACTOR = "unknown";

    private SafetySettings() {}

    static boolean isEnabled(Map<String, Object> settings) {
        return isTrue(settings, ENABLED);
    }

    static boolean checksSchema(Map<String, Object> settings) {
        return isTrue(settings, CHECK_SCHEMA);
    }

    private static boolean isTrue(Map<String, Object> settings, String name) {
        Object value = settings.get(name);
        return value == null || Boolean.parseBoolean(value.toString());
    }

    static Supplier<String> actor(Map<String, Object> settings) {
        Object value = settings.get(ACTOR);
        if (value == null) {
            return () -> UNKNOWN_ACTOR;
        }
        if (value instanceof Supplier<?> supplier) {
            return () -> orUnknown(supplier.get());
        }
        throw new IllegalArgumentException(ACTOR + " is to be a Supplier<String>, and is a "
                + value.getClass().getName() + ". Set it in code, in Spring with a HibernatePropertiesCustomizer.");
    }

    private static String orUnknown(@Nullable Object name) {
        return name == null ? UNKNOWN_ACTOR : name.toString();
    }
}
