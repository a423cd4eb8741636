package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import jakarta.persistence.MapsId;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.AbstractPreDatabaseOperationEvent;
import org.hibernate.event.spi.PreInsertEvent;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreUpsertEvent;
import org.hibernate.event.spi.PreUpsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.jspecify.annotations.Nullable;

/**
 * Sees rows whose path to the owner shares columns with their ID (@MapsId): the ID is what is written, and the reference is what is
 * looked at, so they must be the same. Hibernate takes the one from the other, but for an upsert.
 */
final class SharedKeyListener implements PreInsertEventListener, PreUpsertEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;
    private final transient Map<SafeEntity, Optional<MapsId>> shared = new ConcurrentHashMap<>();

    SharedKeyListener(FactorySafety safety) {
        this.safety = safety;
    }

    @Override
    public boolean onPreInsert(PreInsertEvent event) {
        check(event, event.getState());
        return false;
    }

    @Override
    public boolean onPreUpsert(PreUpsertEvent event) {
        check(event, event.getState());
        return false;
    }

    private void check(AbstractPreDatabaseOperationEvent event, Object[] state) {
        EntityGuard guard = safety.guard(event.getPersister().getEntityName());
        SafeEntity.OwnerPath path = guard == null ? null : guard.entity().path();
        if (guard == null || path == null) {
            return;
        }
        Optional<MapsId> mapsId = shared.computeIfAbsent(
                guard.entity(),
                entity -> Optional.ofNullable(
                        Members.find(entity.mapping().getMappedClass(), path.attribute(), MapsId.class)));
        if (mapsId.isEmpty()) {
            return;
        }
        int position = Arrays.asList(event.getPersister().getPropertyNames()).indexOf(path.attribute());
        Object reference = state[position];
        Object written = part(event.getPersister(), event.getId(), mapsId.get().value(), event.getSession());
        Object looked = reference == null ? null : UnloadedReference.keyOf(event.getSession(), reference);
        if (written != null && looked != null && written.getClass() == looked.getClass() && !written.equals(looked)) {
            throw new ForeignRowException(guard.name() + " " + event.getId() + " has another ID than its "
                    + path.attribute() + ", " + looked + ", through which it is owned. Set the same in both.");
        }
    }

    private static @Nullable Object part(
            EntityPersister persister, Object id, String name, SharedSessionContractImplementor session) {
        if (name.isEmpty()) {
            return id;
        }
        if (persister.getIdentifierType() instanceof ComponentType component) {
            int index = Arrays.asList(component.getPropertyNames()).indexOf(name);
            return index < 0 ? null : component.getPropertyValue(id, index, session);
        }
        return null;
    }
}
