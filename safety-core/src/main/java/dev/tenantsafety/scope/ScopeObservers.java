package dev.tenantsafety.scope;

import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Tells whoever wants to know. */
final class ScopeObservers {

    private static final System.Logger LOGGER = System.getLogger(ScopeObservers.class.getPackageName());

    private static final List<ScopeObserver> OBSERVERS =
            ServiceLoader.load(ScopeObserver.class, ScopeObservers.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    private ScopeObservers() {}

    static <R extends @Nullable Object, X extends Exception> R observed(
            OpenScope inner, ScopeEvent.Verb verb, String reason, ScopedCall<R, X> work) throws X {
        tell(new ScopeEvent(verb, ScopeEvent.Phase.BEGAN, reason, inner.tenant(), Instant.now()));
        try {
            return inner.call(work);
        } finally {
            tell(new ScopeEvent(verb, ScopeEvent.Phase.ENDED, reason, inner.tenant(), Instant.now()));
        }
    }

    private static void tell(ScopeEvent event) {
        if (OBSERVERS.isEmpty() && event.phase() == ScopeEvent.Phase.BEGAN) {
            LOGGER.log(System.Logger.Level.INFO, event::toString);
        }
        for (ScopeObserver observer : OBSERVERS) {
            observer.observe(event);
        }
    }
}
