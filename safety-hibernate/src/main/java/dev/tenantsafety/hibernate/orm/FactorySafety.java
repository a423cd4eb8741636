package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.orm.Referrers.ReferringAttribute;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.FilterDefinition;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.service.Service;
import org.jspecify.annotations.Nullable;

/** What one session factory knows: its entities, levels and filters. Filled while the factory is built. */
final class FactorySafety implements Service {

    private static final long serialVersionUID = 1;

    private static final int UNITS_KEPT = 10_000;

    private final transient boolean enabled;
    private final transient boolean checksSchema;
    private final transient Supplier<String> actor;
    private final transient MarkedUnits markedUnits = new MarkedUnits();
    private final transient BesideTransactions besideTransactions = new BesideTransactions();

    /** Who was seen to own a unit. A row does not change its owner. */
    private final transient Map<TypedId<?>, Set<TypedId<?>>> ownersOfUnits = new ConcurrentHashMap<>();

    private transient @Nullable Mapping mapping;
    private transient Map<String, EntityGuard> guards = Map.of();
    private transient List<EntityGuard> roots = List.of();
    private transient Map<IdKind<?>, EntityGuard> units = Map.of();
    private transient Set<String> restricting = Set.of();
    private transient List<ReferringAttribute> settingNull = List.of();
    private transient List<CollectionPersister> parentRoles = List.of();
    private final transient Map<SafeEntity, List<LinkPlaces>> lists = new ConcurrentHashMap<>();
    private transient Map<String, Set<String>> tablesOfUnits = Map.of();
    private final transient Map<EntityGuard, TellingColumns> telling = new ConcurrentHashMap<>();

    /**
     * What was read from the mapping.
     *
     * @param entities by the entity name of the root of each hierarchy
     * @param levels the kinds on which something is owned
     * @param alive the filter that leaves marked rows out
     * @param listed the filter that leaves marked rows out where they stay visible through references
     * @param owned the filter of each level
     * @param openUnits the filter that leaves marked units out, of each level that has one
     * @param unreachable the filter that refuses, of each entity that is owned
     */
    record Mapping(
            Map<String, SafeEntity> entities,
            List<IdKind<?>> levels,
            FilterDefinition alive,
            FilterDefinition listed,
            Map<IdKind<?>, FilterDefinition> owned,
            Map<IdKind<?>, FilterDefinition> openUnits,
            Map<SafeEntity, FilterDefinition> unreachable,
            List<UnitTable> units) {}

    FactorySafety(boolean enabled, boolean checksSchema, Supplier<String> actor) {
        this.enabled = enabled;
        this.checksSchema = checksSchema;
        this.actor = actor;
    }

    /** Who is at work, for the record of a deletion. */
    String actor() {
        return actor.get();
    }

    static FactorySafety of(SessionFactoryImplementor factory) {
        FactorySafety safety = factory.getServiceRegistry().getService(FactorySafety.class);
        if (safety == null) {
            throw new IllegalStateException("This session factory was built without Tenant Safety.");
        }
        return safety;
    }

    MarkedUnits markedUnits() {
        return markedUnits;
    }

    BesideTransactions besideTransactions() {
        return besideTransactions;
    }

    boolean isEnabled() {
        return enabled;
    }

    void mapped(Mapping read) {
        mapping = read;
    }

    void restricting(Set<String> attributes) {
        restricting = attributes;
    }

    void settingNull(List<ReferringAttribute> attributes) {
        settingNull = attributes;
    }

    /** The attributes that are set to null by the mark of what they point at. */
    List<ReferringAttribute> settingNull() {
        return settingNull;
    }

    /** Whether an attribute refuses the mark of what it points at, and no cascade covers it. */
    boolean isRestricting(String entityName, String path) {
        return restricting.contains(entityName + "." + path);
    }

    Mapping mapping() {
        if (mapping == null) {
            throw new IllegalStateException("Tenant Safety has not read the mapping of this session factory yet.");
        }
        return mapping;
    }

    /** Called when the persisters are there. */
    void started(SessionFactoryImplementor factory) {
        Map<String, EntityGuard> all = new HashMap<>();
        factory.getMappingMetamodel().forEachEntityDescriptor((EntityPersister persister) -> {
            SafeEntity entity = mapping().entities().get(persister.getRootEntityName());
            if (entity != null) {
                List<IdKind<?>> closable = new ArrayList<>(mapping().openUnits().keySet());
                closable.retainAll(entity.levels());
                all.put(persister.getEntityName(), new EntityGuard(entity, persister, closable));
            }
        });
        guards = all;
        roots = roots(all.values());
        units = units(roots);
        tablesOfUnits = tablesOfUnits(all.values());
        List<CollectionPersister> roles = new ArrayList<>();
        factory.getMappingMetamodel().forEachCollectionDescriptor(collection -> {
            EntityGuard parent = guard(collection.getOwnerEntityPersister().getEntityName());
            if (parent != null && parent.isMarkable() && ParentLinks.are(collection)) {
                roles.add(collection);
            }
        });
        parentRoles = List.copyOf(roles);
        if (factory.getSessionFactoryOptions().getStatementInspector() instanceof StatementGuard statements) {
            GuardedTables.protect(statements, guards, factory);
        } else {
            throw new IllegalStateException(
                    "Tenant Safety is not asked about statements: something replaced its "
                            + "StatementInspector. Hand yours in with the setting hibernate.session_factory.statement_inspector.");
        }
        selfTest(factory);
        HibernateVersions.check();
        if (checksSchema) {
            SchemaCheck.check(this, factory);
        }
    }

    /** A Hibernate that constructs its sessions in another way would leave all of them without a gate: the factory is refused. */
    private static void selfTest(SessionFactoryImplementor factory) {
        try (SessionImplementor session = factory.openSession();
                StatelessSession stateless = factory.openStatelessSession()) {
            SessionBinding.of(session).checkGate();
            SessionBinding.of((SharedSessionContractImplementor) stateless).checkGate();
        }
    }

    /** What is known of an entity; null for one that was not mapped when the factory was built. */
    @Nullable
    EntityGuard guard(String entityName) {
        return guards.get(entityName);
    }

    /** The kinds of units that can be marked, and of which the rows of an entity may be without the open scope naming them. */
    List<IdKind<?>> unnamedUnits(EntityGuard guard, OpenScope now) {
        List<IdKind<?>> kinds = guard.closable();
        TenantScope scope =
                kinds.isEmpty() ? null : now.tenant().orElse(null); // most rows have none, and each is asked
        return scope == null
                ? kinds
                : kinds.stream().filter(kind -> scope.find(kind).isEmpty()).toList();
    }

    /** Where the units of a kind have their own rows; null if they have none. */
    @Nullable
    EntityGuard units(IdKind<?> kind) {
        return units.get(kind);
    }

    private static Map<IdKind<?>, EntityGuard> units(List<EntityGuard> roots) {
        Map<IdKind<?>, EntityGuard> units = new HashMap<>();
        for (EntityGuard guard : roots) {
            IdKind<?> kind = guard.entity().unit();
            if (kind != null) {
                units.putIfAbsent(kind, guard);
            }
        }
        return units;
    }

    /** By table: those that say whether the units of its rows are marked. */
    Map<String, Set<String>> tablesOfUnits() {
        return tablesOfUnits;
    }

    private Map<String, Set<String>> tablesOfUnits(Collection<EntityGuard> guards) {
        Map<String, Set<String>> tables = new HashMap<>();
        for (EntityGuard guard : guards) {
            Set<String> above = new HashSet<>();
            for (IdKind<?> kind : guard.entity().levels()) {
                EntityGuard unit = units.get(kind);
                if (unit != null) {
                    hierarchy(unit.entity()).forEach(each -> above.addAll(spaces(each)));
                }
            }
            spaces(guard).forEach(space -> tables.computeIfAbsent(space, of -> new HashSet<>())
                    .addAll(above));
        }
        return tables;
    }

    private static List<String> spaces(EntityGuard guard) {
        return Arrays.stream(guard.persister().getQuerySpaces())
                .map(String::valueOf)
                .toList();
    }

    boolean isOwner(TypedId<?> unit, TypedId<?> owner) {
        return ownersOfUnits.getOrDefault(unit, Set.of()).contains(owner);
    }

    void seenOwner(TypedId<?> unit, TypedId<?> owner) {
        if (ownersOfUnits.size() >= UNITS_KEPT) {
            ownersOfUnits.clear();
        }
        ownersOfUnits.computeIfAbsent(unit, of -> ConcurrentHashMap.newKeySet()).add(owner);
    }

    /** The classes of a hierarchy, one with subclasses before these. */
    List<EntityGuard> hierarchy(SafeEntity entity) {
        return guards.values().stream()
                .filter(guard -> guard.entity() == entity)
                .sorted(Comparator.comparingInt(guard -> guard.persister().getPropertyNames().length))
                .toList();
    }

    /** An entity and its subclasses. */
    List<EntityGuard> andSubclasses(EntityGuard guard) {
        return hierarchy(guard.entity()).stream()
                .filter(each -> guard.persister()
                        .getMappedClass()
                        .isAssignableFrom(each.persister().getMappedClass()))
                .toList();
    }

    /** What the columns of an entity and its subclasses say. */
    TellingColumns telling(EntityGuard guard) {
        return telling.computeIfAbsent(guard, of -> new TellingColumns(this, of));
    }

    /** The collections of markable entities that alone know what belongs to whom ({@link ParentLinks}). */
    List<CollectionPersister> parentRoles() {
        return parentRoles;
    }

    /** The ordered lists that hold rows of an entity. */
    List<LinkPlaces> lists(EntityGuard of) {
        return lists.computeIfAbsent(
                of.entity(), entity -> LinkPlaces.of(this, of.persister().getFactory(), of));
    }

    /** The same of a collection; null if it is no such list. */
    @Nullable
    LinkPlaces list(CollectionPersister persister) {
        EntityGuard element = guard(persister.getElementPersister().getEntityName());
        return element == null
                ? null
                : lists(element).stream()
                        .filter(list -> list.isOf(persister))
                        .findFirst()
                        .orElse(null);
    }

    List<EntityGuard> roots() {
        return roots;
    }

    private static List<EntityGuard> roots(Collection<EntityGuard> guards) {
        Map<SafeEntity, EntityGuard> roots = new LinkedHashMap<>();
        for (EntityGuard guard : guards) {
            if (guard.persister().getEntityName().equals(guard.persister().getRootEntityName())) {
                roots.put(guard.entity(), guard);
            }
        }
        return List.copyOf(roots.values());
    }
}
