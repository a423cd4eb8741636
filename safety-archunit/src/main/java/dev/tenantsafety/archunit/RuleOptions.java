package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the rules look at, and what they take for what. Immutable; each method returns a copy.
 *
 * <pre>{@code
 * TenantSafetyRules.all(RuleOptions.standard()
 *         .inPackages("com.acme..")
 *         .visibility(Visibility.PACKAGE)
 *         .alsoDeletes("org.springframework.data.mongodb.core.MongoOperations", "remove", "dropCollection"));
 * }</pre>
 */
public final class RuleOptions {

    /** Also in docs/rules.md. */
    static final List<String> NOT_OF_ENTITIES = List.of(
            "thread",
            "process",
            "trace",
            "span",
            "request",
            "correlation",
            "session",
            "transaction",
            "zone",
            "locale",
            "layout",
            "view",
            "client",
            "connection",
            "message",
            "event",
            "task",
            "job",
            "artifact",
            "group",
            "resource",
            "android",
            "type",
            "key",
            "registration",
            "provider",
            "region",
            "build",
            "plugin",
            "command",
            "element",
            "node",
            "schema",
            "serial");

    private static final List<String> DESTRUCTIVE = List.of(
            "delete",
            "remove",
            "purge",
            "erase",
            "drop",
            "retire",
            "deactivate",
            "destroy",
            "wipe",
            "truncate",
            "terminate");

    private static final RuleOptions STANDARD = new RuleOptions();

    // Only a copy that nobody has seen yet is changed: see with.
    private List<String> packages = List.of();
    private Visibility visibility = Visibility.PUBLIC;
    private Pattern idNames = Pattern.compile(
            "(?:.*[a-z0-9_])?(?:Id|ID|Ids|IDs|Uuid|UUID|Uuids|UUIDs|Guid|GUID|_ids?)|ids?|uuids?|guids?");
    private Set<String> otherIds = Set.copyOf(NOT_OF_ENTITIES);
    private Set<String> destructiveVerbs = Set.copyOf(DESTRUCTIVE);
    private Set<String> protectedTables = Set.of();
    private Set<String> tenantColumns = Set.of("tenant_id");
    private Set<String> idTypes = Set.of("dev.tenantsafety.id.TypedId", "org.jmolecules.ddd.types.Identifier");
    private Set<String> protectedEntities = Set.of("dev.tenantsafety.hibernate.SoftDeletable");
    private List<DeletingCall> deletingCalls = List.of();
    private Clock clock = Clock.systemUTC();

    private RuleOptions() {}

    private RuleOptions with(Consumer<RuleOptions> change) {
        RuleOptions copy = new RuleOptions();
        copy.packages = packages;
        copy.visibility = visibility;
        copy.idNames = idNames;
        copy.otherIds = otherIds;
        copy.destructiveVerbs = destructiveVerbs;
        copy.protectedTables = protectedTables;
        copy.tenantColumns = tenantColumns;
        copy.idTypes = idTypes;
        copy.protectedEntities = protectedEntities;
        copy.deletingCalls = deletingCalls;
        copy.clock = clock;
        change.accept(copy);
        return copy;
    }

    /**
     * What the constants of the rules look at: public API of all classes that are given to them.
     *
     * @return the standard
     */
    public static RuleOptions standard() {
        return STANDARD;
    }

    /**
     * Only classes in these packages, as ArchUnit writes them ({@code com.acme..}); none at all is all.
     *
     * @param identifiers of packages
     * @return options like these, but for this
     */
    public RuleOptions inPackages(String... identifiers) {
        return with(copy -> copy.packages = List.of(identifiers));
    }

    /**
     * Signatures that so many can see; public ones without this.
     *
     * @param least visible of what is looked at
     * @return options like these, but for this
     */
    public RuleOptions visibility(Visibility least) {
        return with(copy -> copy.visibility = Objects.requireNonNull(least));
    }

    /**
     * Names that are of IDs, instead of those that end in Id, Uuid and the like.
     *
     * @param whole pattern of a whole name
     * @return options like these, but for this
     */
    public RuleOptions idNames(Pattern whole) {
        return with(copy -> copy.idNames = Objects.requireNonNull(whole));
    }

    /**
     * IDs of things that no tenant owns, by what stands before {@code Id}, as {@code trace}; besides those that are known. In methods that destroy
     * they count as any others.
     *
     * @param names in lower case
     * @return options like these, but for this
     */
    public RuleOptions otherIds(String... names) {
        return with(copy -> copy.otherIds = plus(otherIds, names));
    }

    /**
     * Takes names off the list of IDs of things that no tenant owns ({@code docs/rules.md} has it): in this code tenants own them, as rows of
     * tasks or events.
     *
     * @param names in lower case, as {@code task}; one that is not on the list changes nothing
     * @return options like these, but for this
     */
    public RuleOptions ownedIds(String... names) {
        Set<String> fewer = new TreeSet<>(otherIds);
        fewer.removeAll(List.of(names));
        return with(copy -> copy.otherIds = Set.copyOf(fewer));
    }

    /**
     * Words with which names of destructive methods begin, besides those that are known.
     *
     * @param verbs in lower case
     * @return options like these, but for this
     */
    public RuleOptions destructiveVerbs(String... verbs) {
        return with(copy -> copy.destructiveVerbs = plus(destructiveVerbs, verbs));
    }

    /**
     * Tables whose rows tenants own: only SQL about these is looked at. Without this, SQL about every table is.
     *
     * @param tables their names, without schema
     * @return options like these, but for this
     */
    public RuleOptions protectedTables(String... tables) {
        return with(copy -> copy.protectedTables = lower(tables));
    }

    /**
     * Columns that say whose a row is, instead of {@code tenant_id}.
     *
     * @param columns their names
     * @return options like these, but for this
     */
    public RuleOptions tenantColumns(String... columns) {
        return with(copy -> copy.tenantColumns = lower(columns));
    }

    /**
     * Types of IDs whose kind they tell, and their supertypes, by full name; besides {@code TypedId}.
     *
     * @param classes full names
     * @return options like these, but for this
     */
    public RuleOptions idTypes(String... classes) {
        return with(copy -> copy.idTypes = plus(idTypes, classes));
    }

    /**
     * Types of entities whose removal marks them, by full name; besides {@code SoftDeletable}.
     *
     * @param classes full names
     * @return options like these, but for this
     */
    public RuleOptions protectedEntities(String... classes) {
        return with(copy -> copy.protectedEntities = plus(protectedEntities, classes));
    }

    /**
     * Methods that remove for good, of a class or interface of any store.
     *
     * @param owner its full name
     * @param methods their names
     * @return options like these, but for this
     */
    public RuleOptions alsoDeletes(String owner, String... methods) {
        DeletingCall call = DeletingCall.of(owner, methods);
        return with(copy -> copy.deletingCalls =
                Stream.concat(deletingCalls.stream(), Stream.of(call)).toList());
    }

    /**
     * By which exemptions expire, instead of the date of UTC, which is the same on all machines.
     *
     * @param other to take today from
     * @return options like these, but for this
     */
    public RuleOptions clock(Clock other) {
        return with(copy -> copy.clock = Objects.requireNonNull(other));
    }

    private static Set<String> lower(String... names) {
        return Stream.of(names).map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> plus(Set<String> some, String... more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    boolean includes(JavaClass type) {
        return packages.isEmpty()
                || JavaClass.Predicates.resideInAnyPackage(packages.toArray(String[]::new))
                        .test(type);
    }

    Visibility visibility() {
        return visibility;
    }

    /** Whether what is called so is an ID of anything at all. */
    boolean isAnyIdName(String name) {
        return idNames.matcher(name).matches();
    }

    /** Whether what is called so is an ID of something that a tenant may own. */
    boolean isIdName(String name) {
        if (!isAnyIdName(name)) {
            return false;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        String thing = lower.replaceAll("_?(ids?|uuids?|guids?)$", "");
        return thing.equals(lower) || otherIds.stream().noneMatch(thing::endsWith);
    }

    boolean isIdType(JavaClass type) {
        return idTypes.stream().anyMatch(type::isAssignableTo);
    }

    /** Whether it is {@code TypedId} or another supertype of IDs, which tells no kind. */
    boolean isSupertypeOfIds(JavaClass type) {
        return idTypes.contains(type.getName());
    }

    boolean isProtected(JavaClass entity) {
        return protectedEntities.stream().anyMatch(entity::isAssignableTo);
    }

    boolean isProtectedTable(String table) {
        return protectedTables.isEmpty() || protectedTables.contains(table);
    }

    Set<String> protectedTables() {
        return protectedTables;
    }

    Set<String> tenantColumns() {
        return tenantColumns;
    }

    /** Whether a name begins with one of the verbs, as {@code deleteSites} does. */
    boolean isDestructive(String method) {
        return destructiveVerbs.stream()
                .anyMatch(verb -> method.startsWith(verb)
                        && (method.length() == verb.length() || !Character.isLowerCase(method.charAt(verb.length()))));
    }

    List<DeletingCall> deletingCalls() {
        return deletingCalls;
    }

    LocalDate today() {
        return LocalDate.now(clock);
    }
}
