package dev.tenantsafety.hibernate.orm;

import org.hibernate.bytecode.enhance.spi.interceptor.EnhancementAsProxyLazinessInterceptor;
import org.hibernate.engine.spi.EntityKey;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import org.jspecify.annotations.Nullable;

/**
 * What a reference leads to. One that was not loaded may be a proxy, or an instance of a bytecode-enhanced class that holds nothing
 * but its key.
 *
 * @param guard of its entity; null if that is not known to us
 * @param key its key; null if it is new and has none yet
 * @param instance the instance, with its state; null if it was not loaded
 */
record Pointee(
        @Nullable EntityGuard guard,
        @Nullable Object key,
        @Nullable Object instance) {

    static Pointee of(FactorySafety safety, SharedSessionContractImplementor session, Object value) {
        LazyInitializer proxy = HibernateProxy.extractLazyInitializer(value);
        if (proxy != null && proxy.isUninitialized()) {
            return new Pointee(safety.guard(proxy.getEntityName()), proxy.getInternalIdentifier(), null);
        }
        Object instance = proxy == null ? value : proxy.getImplementation();
        EntityKey unloaded = keyOfUnloaded(instance);
        if (unloaded != null) {
            return new Pointee(safety.guard(unloaded.getEntityName()), unloaded.getIdentifier(), null);
        }
        EntityPersister persister = session.getEntityPersister(null, instance);
        return new Pointee(
                safety.guard(persister.getEntityName()), persister.getIdentifier(instance, session), instance);
    }

    /** The key of an enhanced instance that stands for a row that was not loaded; null of any other. */
    private static @Nullable EntityKey keyOfUnloaded(Object instance) {
        return instance instanceof PersistentAttributeInterceptable enhanced
                        && enhanced.$$_hibernate_getInterceptor() instanceof EnhancementAsProxyLazinessInterceptor lazy
                        && !lazy.isInitialized()
                ? lazy.getEntityKey()
                : null;
    }

    /** Whether the rows of its entity are somebody's, or can be marked. */
    boolean isWatched() {
        return guard != null && (guard.entity().isOwned() || guard.isMarkable());
    }
}
