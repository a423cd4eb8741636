package dev.tenantsafety.scope;

/**
 * Is told when work reaches across tenants or looks at marked data; for an audit.
 *
 * <p>Found with {@link java.util.ServiceLoader}, once per process, by the class loader that loaded this library. Without any,
 * each beginning is logged to the {@link System.Logger} of this package. Called by the thread that does the work; what it
 * throws at the beginning keeps the work from beginning, so that nothing goes unseen.
 */
public interface ScopeObserver {

    /**
     * Takes note of an event.
     *
     * @param event what happened
     */
    void observe(ScopeEvent event);
}
