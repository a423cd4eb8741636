package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.scope.OpenScope;
import jakarta.persistence.MapsId;
import jakarta.persistence.PrimaryKeyJoinColumn;
import jakarta.persistence.PrimaryKeyJoinColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.AbstractPreDatabaseOperationEvent;
import org.hibernate.event.spi.PreInsertEvent;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreUpsertEvent;
import org.hibernate.event.spi.PreUpsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.ComponentType;
import org.hibernate.type.EntityType;
import org.jspecify.annotations.Nullable;

/**
 * Sees rows whose references share columns with their ID ({@code @MapsId}), or are their ID ({@code @PrimaryKeyJoinColumn}): the ID is what
 * is written, and the reference is what is looked at, so they must be the same. Hibernate takes the one from the other, but for an upsert,
 * and for a reference that is left null.
 */
final class SharedKeyListener implements PreInsertEventListener, PreUpsertEventListener {

    private static final long serialVersionUID = 1;

    private final transient FactorySafety safety;
    private final transient Map<EntityPersister, List<KeyReference>> references = new ConcurrentHashMap<>();

    /**
     * A to-one whose columns are those of the ID.
     *
     * @param position of the attribute
     * @param part the part of the ID; empty for all of it
     * @param isJoined whether the ID alone is written, of a reference that has no columns
     */
    private record KeyReference(int position, String part, boolean isJoined) {}

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
        EntityPersister persister = event.getPersister();
        EntityGuard guard = safety.guard(persister.getEntityName());
        if (guard == null) {
            return;
        }
        for (KeyReference reference : references.computeIfAbsent(persister, SharedKeyListener::references)) {
            EntityType type = (EntityType) persister.getPropertyTypes()[reference.position()];
            EntityGuard target = safety.guard(type.getAssociatedEntityName());
            if (target != null && target.isWatched()) {
                check(event, guard, target, reference, state[reference.position()]);
            }
        }
    }

    private static void check(
            AbstractPreDatabaseOperationEvent event,
            EntityGuard guard,
            EntityGuard target,
            KeyReference reference,
            @Nullable Object value) {
        SharedSessionContractImplementor session = event.getSession();
        Object written = part(event.getPersister(), event.getId(), reference.part(), session);
        if (written == null) {
            return;
        }
        String attribute = event.getPersister().getPropertyNames()[reference.position()];
        if (value == null) {
            if (!reference.isJoined()) {
                throw new ForeignRowException(
                        guard.name() + " " + event.getId() + " points at a " + target.name() + " by its ID, and its "
                                + attribute + " is null. Set it, so that it is looked at.",
                        guard.name(),
                        event.getId());
            }
            if (Rows.existsAnywhere(session, target, written) && !Rows.existsInScope(session, target, written)) {
                throw Refusals.notInScope(
                        target,
                        written,
                        "is what " + guard.name() + " " + event.getId() + "." + attribute + " would point at by its ID",
                        OpenScope.current());
            }
            return;
        }
        Object looked = UnloadedReference.keyOf(session, value);
        if (looked != null && written.getClass() == looked.getClass() && !written.equals(looked)) {
            throw new ForeignRowException(
                    guard.name() + " " + event.getId() + " has another ID than its " + attribute + ", " + looked
                            + ", whose key is a part of it. Set the same in both.",
                    guard.name(),
                    event.getId());
        }
    }

    private static List<KeyReference> references(EntityPersister persister) {
        List<KeyReference> references = new ArrayList<>();
        for (int i = 0; i < persister.getPropertyTypes().length; i++) {
            if (persister.getPropertyTypes()[i] instanceof EntityType) {
                String name = persister.getPropertyNames()[i];
                MapsId mapsId = Members.find(persister.getMappedClass(), name, MapsId.class);
                if (mapsId != null) {
                    references.add(new KeyReference(i, mapsId.value(), false));
                } else if (Members.has(persister.getMappedClass(), name, PrimaryKeyJoinColumn.class)
                        || Members.has(persister.getMappedClass(), name, PrimaryKeyJoinColumns.class)) {
                    references.add(new KeyReference(i, "", true));
                }
            }
        }
        return List.copyOf(references);
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
