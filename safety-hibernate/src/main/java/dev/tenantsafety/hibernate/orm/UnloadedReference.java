package dev.tenantsafety.hibernate.orm;

import org.hibernate.Hibernate;
import org.hibernate.bytecode.enhance.spi.interceptor.EnhancementAsProxyLazinessInterceptor;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.proxy.LazyInitializer;
import org.jspecify.annotations.Nullable;

/**
 * An instance of which nothing is known but its key. It is a proxy, or, where the class was enhanced, an instance of the class
 * itself, which only its interceptor tells from one that was loaded.
 *
 * @param entityName the entity, or one that it inherits from
 * @param key its ID
 */
record UnloadedReference(String entityName, Object key) {

    /** Returns what a value refers to, or null if its row was loaded or it is no reference at all. Loads nothing. */
    static @Nullable UnloadedReference of(Object value) {
        LazyInitializer proxy = HibernateProxy.extractLazyInitializer(value);
        if (proxy != null) {
            return proxy.isUninitialized()
                    ? new UnloadedReference(proxy.getEntityName(), proxy.getInternalIdentifier())
                    : null;
        }
        if (value instanceof PersistentAttributeInterceptable interceptable
                && interceptable.$$_hibernate_getInterceptor() instanceof EnhancementAsProxyLazinessInterceptor enhanced
                && !enhanced.isInitialized()) {
            return new UnloadedReference(enhanced.getEntityName(), enhanced.getIdentifier());
        }
        return null;
    }

    /** Whether an attribute of an instance was read, which of an enhanced one need not be. */
    static boolean isLoaded(EntityPersister persister, Object instance, int attribute) {
        return !persister.getBytecodeEnhancementMetadata().isEnhancedForLazyLoading()
                || persister
                        .getBytecodeEnhancementMetadata()
                        .isAttributeLoaded(instance, persister.getPropertyNames()[attribute]);
    }

    /** Returns the key of what a value refers to, loaded or not; null if it is new and has none yet. Loads nothing. */
    static @Nullable Object keyOf(SharedSessionContractImplementor session, Object value) {
        UnloadedReference unloaded = of(value);
        if (unloaded != null) {
            return unloaded.key();
        }
        Object instance = Hibernate.unproxy(value);
        return session.getEntityPersister(null, instance).getIdentifier(instance, session);
    }
}
