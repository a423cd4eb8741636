package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Set;

/** Who can call what a rule looks at. */
public enum Visibility {
    /** All who can see it from elsewhere. */
    PUBLIC,
    /** And classes that extend it. */
    PROTECTED,
    /** And its package. */
    PACKAGE,
    /** And itself. */
    PRIVATE;

    /** Whether something with these modifiers is seen by as many as this, or more. */
    boolean includes(Set<JavaModifier> modifiers) {
        return of(modifiers).compareTo(this) <= 0;
    }

    private static Visibility of(Set<JavaModifier> modifiers) {
        if (modifiers.contains(JavaModifier.PUBLIC)) {
            return PUBLIC;
        }
        if (modifiers.contains(JavaModifier.PROTECTED)) {
            return PROTECTED;
        }
        return modifiers.contains(JavaModifier.PRIVATE) ? PRIVATE : PACKAGE;
    }
}
