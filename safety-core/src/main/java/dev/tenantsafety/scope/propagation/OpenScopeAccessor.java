package dev.tenantsafety.scope.propagation;

import dev.tenantsafety.scope.OpenScope;
import io.micrometer.context.ThreadLocalAccessor;

/**
 * Makes what is open on a thread part of what Micrometer's {@code ContextSnapshot} captures and restores. Found by
 * {@link java.util.ServiceLoader} on the class path. On the module path a module cannot provide a service that may be absent;
 * there, hand an instance to {@code ContextRegistry.getInstance().registerThreadLocalAccessor(…)}.
 *
 * @see <a href="https://docs.micrometer.io/context-propagation/reference/">Micrometer Context Propagation</a>
 */
public final class OpenScopeAccessor implements ThreadLocalAccessor<OpenScope> {

    /** The key under which it is found in a Reactor context. */
    public static final String KEY = "tenant-safety.scope";

    /** For {@link java.util.ServiceLoader}. */
    public OpenScopeAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public OpenScope getValue() {
        return OpenScope.current();
    }

    @Override
    public void setValue(OpenScope value) {
        OpenScope.replace(value);
    }

    /** Where nothing was captured, nothing is open: what the pool's thread did before is none of this work's business. */
    @Override
    public void setValue() {
        OpenScope.replace(OpenScope.nothing());
    }
}
