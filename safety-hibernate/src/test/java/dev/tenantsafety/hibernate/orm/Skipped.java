package dev.tenantsafety.hibernate.orm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.matcher.ElementMatchers;

/** Takes methods of ours out of the running JVM until it is closed, to show what notices that a guard is missing. */
final class Skipped implements AutoCloseable {

    private final Set<Class<?>> changed = new LinkedHashSet<>();

    private Skipped() {}

    /** Takes nothing out yet. */
    static Skipped nothing() {
        ByteBuddyAgent.install();
        return new Skipped();
    }

    /** Makes all methods of this name return at once: with nothing, false, 0 or null. */
    Skipped skip(Class<?> type, String method) {
        return change(type, method, Advice.to(Nothing.class));
    }

    /** Makes all methods of this name return true at once. */
    Skipped yes(Class<?> type, String method) {
        return change(type, method, Advice.to(Yes.class));
    }

    private Skipped change(Class<?> type, String method, Advice instead) {
        if (Arrays.stream(type.getDeclaredMethods())
                .noneMatch(declared -> declared.getName().equals(method))) {
            throw new IllegalArgumentException(type.getName() + " has no method " + method + ". Name one that it has.");
        }
        new ByteBuddy()
                .redefine(type)
                .visit(instead.on(ElementMatchers.named(method)))
                .make()
                .load(type.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
        changed.add(type);
        return this;
    }

    @Override
    public void close() {
        try {
            ClassReloadingStrategy.fromInstalledAgent().reset(changed.toArray(Class<?>[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Nothing {

        private Nothing() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    private static final class Yes {

        private Yes() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }

        @Advice.OnMethodExit
        @SuppressWarnings("UnusedVariable") // it is what the method returns then
        static void exit(@Advice.Return(readOnly = false) boolean returned) {
            returned = true;
        }
    }
}
