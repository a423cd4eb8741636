package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.Shared;
import dev.tenantsafety.hibernate.UnsafeMappingException;
import dev.tenantsafety.id.IdKind;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.annotations.TenantId;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.dialect.Dialect;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.internal.DefaultAutoFlushEventListener;
import org.hibernate.event.internal.DefaultDeleteEventListener;
import org.hibernate.event.internal.DefaultFlushEntityEventListener;
import org.hibernate.event.internal.DefaultFlushEventListener;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.integrator.spi.Integrator;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.DependantValue;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.jspecify.annotations.Nullable;

/** Reads the mapping, refuses an unsafe one, and puts filters and listeners in place; while the session factory is built. */
public final class SafetyIntegrator implements Integrator {

    /** For {@link java.util.ServiceLoader}. */
    public SafetyIntegrator() {}

    @Override
    public void integrate(Metadata metadata, BootstrapContext context, SessionFactoryImplementor factory) {
        FactorySafety safety = FactorySafety.of(factory);
        if (!safety.isEnabled()) {
            return;
        }
        Dialect dialect = factory.getJdbcServices().getDialect();
        List<String> problems = new ArrayList<>();
        Map<String, SafeEntity> entities = new MappingReader(metadata, dialect, problems).read();
        new MappingCheck(metadata, entities, problems).check();
        new SharedLinksCheck(metadata, entities, problems).check();
        Referrers referrers = Referrers.read(metadata, entities, problems);
        new ColumnCheck(metadata, entities, problems).check();
        new UniqueKeyReferences(metadata, entities, problems).keep();
        if (!problems.isEmpty()) {
            throw new UnsafeMappingException(problems);
        }
        safety.mapped(new Installation(metadata, factory, dialect, entities, referrers).install());
        safety.restricting(referrers.restricting());
        safety.settingNull(referrers.settingNull());
        MarkedConstraints.explain(metadata, entities, factory);
        listen(safety, factory);
        if (!referrers.byTarget().isEmpty()) {
            ReferrerListener listener = new ReferrerListener(referrers.byTarget());
            factory.getEventListenerRegistry().appendListeners(EventType.FLUSH, listener);
            factory.getEventListenerRegistry().appendListeners(EventType.AUTO_FLUSH, listener);
        }
    }

    private static void listen(FactorySafety safety, SessionFactoryImplementor factory) {
        EventListenerRegistry listeners = factory.getEventListenerRegistry();
        RowListener rows = new RowListener(safety);
        replace(listeners, EventType.LOAD, DefaultLoadEventListener.class, new ScopedLoadListener(safety));
        replace(listeners, EventType.DELETE, DefaultDeleteEventListener.class, new MarkingDeleteListener(safety));
        replace(
                listeners,
                EventType.FLUSH_ENTITY,
                DefaultFlushEntityEventListener.class,
                new MarkFlushListener(safety));
        replaceIfThere(listeners, EventType.FLUSH, DefaultFlushEventListener.class, new FlushedInserts.OnFlush());
        replaceIfThere(
                listeners, EventType.AUTO_FLUSH, DefaultAutoFlushEventListener.class, new FlushedInserts.OnAutoFlush());
        listeners.prependListeners(EventType.PERSIST, new ResurrectionListener(safety, false));
        listeners.prependListeners(EventType.PERSIST_ONFLUSH, new ResurrectionListener(safety, true));
        listeners.prependListeners(EventType.MERGE, new TakenBackMergeListener(safety));
        HeldRowsListener held = new HeldRowsListener(safety);
        listeners.prependListeners(EventType.PERSIST, held);
        listeners.prependListeners(EventType.MERGE, held);
        listeners.prependListeners(EventType.REPLICATE, held);
        listeners.prependListeners(EventType.LOCK, held);
        listeners.prependListeners(EventType.REFRESH, held);
        TakenBackFlushListener takenBack = new TakenBackFlushListener(safety);
        listeners.prependListeners(EventType.FLUSH, takenBack);
        listeners.prependListeners(EventType.AUTO_FLUSH, takenBack);
        listeners.prependListeners(
                EventType.FLUSH, event -> SessionBinding.of(event.getSession()).checkGate());
        listeners.prependListeners(EventType.AUTO_FLUSH, event -> SessionBinding.of(event.getSession())
                .checkGate());
        listeners.appendListeners(EventType.MERGE, new MarkedMergeListener(safety));
        listeners.prependListeners(EventType.PRE_LOAD, rows);
        listeners.prependListeners(EventType.POST_LOAD, rows);
        listeners.prependListeners(EventType.PRE_INSERT, rows);
        listeners.prependListeners(EventType.PRE_UPDATE, rows);
        listeners.prependListeners(EventType.PRE_UPSERT, rows);
        listeners.prependListeners(EventType.PRE_DELETE, rows);
        ElementListener elements = new ElementListener(safety);
        listeners.prependListeners(EventType.PRE_COLLECTION_RECREATE, elements);
        listeners.prependListeners(EventType.PRE_COLLECTION_UPDATE, elements);
        listeners.prependListeners(EventType.PRE_COLLECTION_REMOVE, elements);
        listeners.prependListeners(EventType.POST_COLLECTION_UPDATE, elements);
        SharedKeyListener sharedKeys = new SharedKeyListener(safety);
        listeners.prependListeners(EventType.PRE_INSERT, sharedKeys);
        listeners.prependListeners(EventType.PRE_UPSERT, sharedKeys);
        PartReferenceListener parts = new PartReferenceListener(safety);
        listeners.prependListeners(EventType.PRE_COLLECTION_RECREATE, parts);
        listeners.prependListeners(EventType.PRE_COLLECTION_UPDATE, parts);
        InterceptedListener intercepted = new InterceptedListener(safety);
        listeners.prependListeners(EventType.POST_INSERT, intercepted);
        listeners.prependListeners(EventType.POST_UPDATE, intercepted);
        listeners.prependListeners(EventType.POST_UPSERT, intercepted);
        listeners.prependListeners(
                EventType.CLEAR, event -> SessionBinding.of(event.getSession()).cleared());
        factory.addObserver(new SessionFactoryObserver() {
            @Override
            public void sessionFactoryCreated(SessionFactory created) {
                checkListeners(listeners);
                safety.started(factory);
            }
        });
    }

    /** Puts ours in the place of Hibernate's own, and leaves what others have added. */
    private static <T> void replace(EventListenerRegistry listeners, EventType<T> type, Class<?> standard, T ours) {
        if (!replaceIfThere(listeners, type, standard, ours)) {
            throw displaced(type);
        }
    }

    /** The same of what explains, and keeps nothing safe. */
    private static <T> boolean replaceIfThere(
            EventListenerRegistry listeners, EventType<T> type, Class<?> standard, T ours) {
        List<T> all = new ArrayList<>();
        boolean found = false;
        for (T listener : registered(listeners, type)) {
            boolean isStandard = listener.getClass() == standard;
            found |= isStandard;
            all.add(isStandard ? ours : listener);
        }
        if (found) {
            @SuppressWarnings("unchecked") // of the type that the event says
            T[] array = all.toArray((T[]) Array.newInstance(type.baseListenerInterface(), 0));
            listeners.setListeners(type, array);
        }
        return found;
    }

    /** Another integrator may have come after us. */
    private static void checkListeners(EventListenerRegistry listeners) {
        Map<EventType<?>, Class<?>> ours = Map.of(
                EventType.LOAD, ScopedLoadListener.class,
                EventType.DELETE, MarkingDeleteListener.class,
                EventType.FLUSH_ENTITY, MarkFlushListener.class,
                EventType.PERSIST, ResurrectionListener.class,
                EventType.MERGE, MarkedMergeListener.class,
                EventType.PRE_LOAD, RowListener.class,
                EventType.PRE_INSERT, RowListener.class,
                EventType.PRE_UPDATE, RowListener.class,
                EventType.PRE_UPSERT, RowListener.class,
                EventType.PRE_DELETE, RowListener.class);
        ours.forEach((type, listener) -> {
            for (Object there : registered(listeners, type)) {
                if (there.getClass() == listener) {
                    return;
                }
            }
            throw displaced(type);
        });
    }

    @SuppressWarnings("deprecation") // for being slow, which at start-up it may be
    private static <T> Iterable<T> registered(EventListenerRegistry listeners, EventType<T> type) {
        return listeners.getEventListenerGroup(type).listeners();
    }

    private static IllegalStateException displaced(EventType<?> type) {
        return new IllegalStateException("Something replaced the listeners for " + type.eventName()
                + ", among which Tenant Safety has one that nothing is safe without. Add listeners (appendListeners) in place of "
                + "setting them.");
    }

    /** Puts the filters on entities and collections. */
    private static final class Installation {

        private final Metadata metadata;
        private final SessionFactoryImplementor factory;
        private final Map<String, SafeEntity> entities;
        private final Referrers referrers;
        private final Conditions conditions;
        private final Map<IdKind<?>, FilterDefinition> owned = new LinkedHashMap<>();
        private final Map<IdKind<?>, FilterDefinition> openUnits = new LinkedHashMap<>();
        private final Map<SafeEntity, FilterDefinition> unreachable = new LinkedHashMap<>();
        private final List<UnitTable> units = new ArrayList<>();

        Installation(
                Metadata metadata,
                SessionFactoryImplementor factory,
                Dialect dialect,
                Map<String, SafeEntity> entities,
                Referrers referrers) {
            this.metadata = metadata;
            this.factory = factory;
            this.entities = entities;
            this.referrers = referrers;
            this.conditions = new Conditions(dialect, factory.getSqlStringGenerationContext());
        }

        FactorySafety.Mapping install() {
            metadata.getEntityBindings().forEach(entity -> EnclosedFilter.enclose(entity.getFilters()));
            metadata.getCollectionBindings().forEach(collection -> {
                EnclosedFilter.enclose(collection.getFilters());
                EnclosedFilter.enclose(collection.getManyToManyFilters());
            });
            Set<IdKind<?>> levels = new LinkedHashSet<>();
            entities.values().forEach(entity -> levels.addAll(entity.levels()));
            levels.forEach(this::unitTable);
            for (SafeEntity entity : entities.values()) {
                levels.forEach(kind -> ownerFilters(entity, kind));
                if (entity.isOwned()) {
                    refusal(entity);
                }
                entity.owners().forEach(owner -> takeFromScope(entity, owner));
                if (entity.isOwned() || entity.marking() != null) {
                    entity.mapping()
                            .getTable()
                            .setRowId(null); // where a row is, it may have been told wrong: keys are asked
                }
                if (entity.marking() != null) {
                    leaveMarkedOut(entity, "{alias}." + entity.marking().deletedAt() + " is null");
                    entity.mapping().setStateManagementType(MarkableRows.class);
                } else if ((entity.isOwned() || isSharedAndVersioned(entity))
                        && entity.mapping().getStateManagementType() == null) {
                    entity.mapping().setStateManagementType(OwnedRows.class);
                }
            }
            metadata.getCollectionBindings().forEach(this::filter);
            return new FactorySafety.Mapping(
                    entities,
                    List.copyOf(levels),
                    definition(Filters.ALIVE),
                    definition(Filters.LISTED),
                    owned,
                    openUnits,
                    unreachable,
                    units);
        }

        private static boolean isSharedAndVersioned(SafeEntity entity) {
            return entity.mapping().isVersioned()
                    && Declarations.find(entity.mapping().getMappedClass(), Shared.class) != null;
        }

        /** A marked row that stays visible is found through what points at it, and in no other way. */
        private void leaveMarkedOut(SafeEntity entity, String alive) {
            List<String> visible = new ArrayList<>();
            referrers.showing(entity).forEach(showing -> visible.add(conditions.pointedAtBy(showing, "{alias}")));
            if (visible.isEmpty()) {
                filter(entity, Filters.ALIVE, alive);
            } else {
                entity.staysVisible();
                filter(entity, Filters.LISTED, alive);
                filter(entity, Filters.ALIVE, "(" + alive + " or " + String.join(" or ", visible) + ")");
            }
        }

        private void unitTable(IdKind<?> kind) {
            for (SafeEntity entity : entities.values()) {
                if (kind.equals(entity.unit())) {
                    Map<String, String> marks = new LinkedHashMap<>();
                    String unit = conditions.rows(entity) + " u where u."
                            + conditions.key(entity.mapping()).get(0) + " = ?";
                    if (entity.marking() != null) {
                        marks.put(
                                entity.name(),
                                "select u." + entity.marking().deletionId() + " from " + unit + " and u."
                                        + entity.marking().deletedAt() + " is not null");
                    }
                    for (SafeEntity.OwnerColumn owner : entity.owners()) {
                        marksOfOwner(owner, entity, unit, marks);
                    }
                    Map<IdKind<?>, String> owners = ownersOfUnit(entity, unit);
                    if (!marks.isEmpty() || !owners.isEmpty()) {
                        units.add(new UnitTable(kind, entity, marks, owners));
                    }
                }
            }
        }

        private Map<IdKind<?>, String> ownersOfUnit(SafeEntity entity, String unit) {
            Map<IdKind<?>, String> owners = new LinkedHashMap<>();
            for (IdKind<?> kind : entity.levels()) {
                String owned = kind.equals(entity.unit()) ? null : conditions.ownedBy(entity, kind, "u", "?");
                if (owned != null) {
                    owners.put(kind, "select case when " + owned + " then 1 else 0 end from " + unit);
                }
            }
            return owners;
        }

        private void marksOfOwner(
                SafeEntity.OwnerColumn owner, SafeEntity entity, String unit, Map<String, String> marks) {
            for (SafeEntity above : entities.values()) {
                if (owner.kind().equals(above.unit()) && above.marking() != null) {
                    marks.put(
                            "the " + above.name() + " of " + entity.name(),
                            "select p." + above.marking().deletionId() + " from " + conditions.rows(above)
                                    + " p, " + unit + " and p."
                                    + conditions.key(above.mapping()).get(0) + " = u." + owner.column() + " and p."
                                    + above.marking().deletedAt() + " is not null");
                }
            }
        }

        private void ownerFilters(SafeEntity entity, IdKind<?> kind) {
            String own = owned(entity, kind);
            if (own != null) {
                owned.computeIfAbsent(kind, k -> definition(Filters.ownedBy(k)));
                filter(entity, Filters.ownedBy(kind), own);
            }
            String open = open(entity, kind);
            if (open != null) {
                openUnits.computeIfAbsent(kind, k -> definition(Filters.openUnits(k)));
                filter(entity, Filters.openUnits(kind), open);
            }
        }

        private @Nullable String owned(SafeEntity entity, IdKind<?> kind) {
            return conditions.ownedBy(entity, kind, "{alias}", ":" + Filters.OWNER_PARAMETER + " ");
        }

        /** There is one table of units of a kind: IDs of a kind are given out in one place. */
        private @Nullable String open(SafeEntity entity, IdKind<?> kind) {
            for (UnitTable unit : units) {
                String open =
                        unit.kind().equals(kind) ? conditions.inOpenUnit(entity, unit.entity(), kind, "{alias}") : null;
                if (open != null) {
                    return open;
                }
            }
            return null;
        }

        private FilterDefinition definition(String name) {
            if (!factory.getDefinedFilterNames().contains(name)) {
                throw new IllegalStateException(
                        "There is no filter " + name + ": an entity or a kind of ID became known after "
                                + "the mapping was read. Make kinds known with an IdKindProvider.");
            }
            return factory.getFilterDefinition(name);
        }

        private void refusal(SafeEntity entity) {
            String name = Filters.unreachable(entity.mapping().getEntityName());
            unreachable.put(entity, definition(name));
            filter(entity, name, Filters.UNREACHABLE_CONDITION);
        }

        /** Hibernate's own @TenantId would take the owner from the session's tenant identifier, which is our ticket. */
        private static void takeFromScope(SafeEntity entity, SafeEntity.OwnerColumn owner) {
            Property property = entity.mapping().getProperty(owner.attribute());
            if (Members.has(entity.mapping().getMappedClass(), owner.attribute(), TenantId.class)) {
                property.setValueGeneratorCreator(OwnerGeneration::new);
            }
        }

        private static void filter(SafeEntity entity, String name, String condition) {
            entity.mapping().addFilter(name, condition, false, Map.of(), Map.of());
        }

        /** Hibernate filters a collection by its own filters only, not by those of the elements' entity. */
        private void filter(Collection collection) {
            keepLinksOfKeys(collection);
            PersistentClass element = element(collection);
            SafeEntity entity = SafeEntity.of(entities, element);
            if (element == null || entity == null) {
                return;
            }
            boolean isPlain = collection.getStateManagementType() == null
                    || collection.getStateManagementType() == MarkableLinks.class;
            if (entity.marking() != null && !collection.isInverse() && isPlain) {
                collection.setStateManagementType(MarkableLinks.class);
                leaveOutWhatIsAside(collection);
            }
            SafeEntity.Marking marking = entity.marking();
            if (marking != null) {
                filter(collection, entity, Filters.ALIVE, "{alias}." + marking.deletedAt() + " is null");
                if (collection.isOneToMany()) {
                    keepLinksOfOrphans(collection);
                }
            }
            if (entity.isOwned()) {
                owned.keySet().forEach(kind -> filter(collection, entity, Filters.ownedBy(kind), owned(entity, kind)));
                openUnits
                        .keySet()
                        .forEach(kind -> filter(collection, entity, Filters.openUnits(kind), open(entity, kind)));
                filter(
                        collection,
                        entity,
                        Filters.unreachable(entity.mapping().getEntityName()),
                        Filters.UNREACHABLE_CONDITION);
            }
        }

        /** What is read is left to the persisters of collections, which filter keys themselves. */
        private void keepLinksOfKeys(Collection collection) {
            String entity = MarkableKeys.entityOf(collection);
            SafeEntity key = entity == null ? null : SafeEntity.of(entities, metadata.getEntityBinding(entity));
            if (key != null
                    && key.marking() != null
                    && !collection.isInverse()
                    && collection.getStateManagementType() == null) {
                collection.setStateManagementType(MarkableLinks.class);
            }
        }

        private void filter(Collection collection, SafeEntity entity, String name, @Nullable String condition) {
            if (condition != null) {
                // Without a key: the table that {alias} is to stand for. Other ways to say it fail on elements whose
                // own
                // table is not the one of the column.
                Map<String, String> table = Collections.singletonMap(null, conditions.table(entity.mapping()));
                collection.addFilter(name, condition, false, table, Map.of());
            }
        }

        /** Marked elements of a list in a join table, which have given up their place to others: see LinkPlaces. */
        private void leaveOutWhatIsAside(Collection collection) {
            if (collection instanceof org.hibernate.mapping.List list
                    && !list.isOneToMany()
                    && list.getIndex().getSelectables().get(0) instanceof org.hibernate.mapping.Column place) {
                String condition =
                        place.getQuotedName(factory.getJdbcServices().getDialect()) + " < " + LinkPlaces.ASIDE;
                String theirs = collection.getWhere();
                collection.setWhere(
                        theirs == null || theirs.isBlank() ? condition : "(" + theirs + ") and " + condition);
            }
        }

        /**
         * Where only the parent knows its children, Hibernate takes an orphan out by setting its foreign key to null, and with it
         * goes what an undo needs. It does not where it takes the key for one that cannot be null.
         */
        private static void keepLinksOfOrphans(Collection collection) {
            if (!collection.isInverse()
                    && collection.hasOrphanDelete()
                    && collection.getKey() instanceof DependantValue key) {
                key.setNullable(false);
            }
        }

        private @Nullable PersistentClass element(Collection collection) {
            if (collection.getElement() instanceof OneToMany many) {
                return metadata.getEntityBinding(many.getReferencedEntityName());
            }
            if (collection.getElement() instanceof ManyToOne one) {
                return metadata.getEntityBinding(one.getReferencedEntityName());
            }
            return null;
        }
    }
}
