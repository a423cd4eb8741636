package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaWildcardType;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An ID tells its kind by its type: {@code SiteId}, and not {@code UUID}. Raw are {@code UUID}, {@code String}, {@code long}, {@code int},
 * their boxes, {@code byte[]}, {@code Object}, {@code Serializable}, and arrays, collections and maps of them, where a name says that it is
 * an ID: of the parameter, or of an annotation such as {@code @PathVariable("siteId")}.
 *
 * <p>Names of parameters are known if the code was compiled with {@code -parameters} or debug information, as Maven does. An exemption is
 * {@code @RawId} on the parameter, the member or a class around it.
 */
public final class AmbiguousIdRules {

    private static final Set<String> KEYS = Set.of(
            "jakarta.persistence.Id",
            "jakarta.persistence.EmbeddedId",
            "javax.persistence.Id",
            "javax.persistence.EmbeddedId",
            "org.springframework.data.annotation.Id",
            "org.hibernate.annotations.TenantId");

    /** By simple name, of what frameworks call from outside. */
    private static final List<String> DOORS = List.of(
            "RequestMapping",
            "GetMapping",
            "PostMapping",
            "PutMapping",
            "DeleteMapping",
            "PatchMapping",
            "GET",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "MessageMapping",
            "SubscribeMapping",
            "QueryMapping",
            "MutationMapping",
            "KafkaListener",
            "RabbitListener",
            "JmsListener",
            "SqsListener",
            "Scheduled",
            "ShellMethod",
            "Command",
            "Incoming");

    static final SafetyRule PARAMETERS = rule("no parameter is an ID of a raw type", AmbiguousIdRules::parameters);
    static final SafetyRule COMPONENTS = rule("no record holds an ID of a raw type", AmbiguousIdRules::components);
    static final SafetyRule FIELDS = rule("no field is an ID of a raw type", AmbiguousIdRules::fields);
    static final SafetyRule RESULTS = rule("no method returns an ID of a raw type", AmbiguousIdRules::results);
    static final SafetyRule REPOSITORIES =
            rule("no repository of Spring Data has keys of a raw type", AmbiguousIdRules::repositories);
    static final SafetyRule PAIRS = rule("no signature has two raw IDs of one type", AmbiguousIdRules::pairs);
    static final SafetyRule ENTRIES = rule("no entry point takes an ID of a raw type", AmbiguousIdRules::entries);

    static final List<SafetyRule> RULES =
            List.of(PARAMETERS, COMPONENTS, FIELDS, RESULTS, REPOSITORIES, PAIRS, ENTRIES);

    /**
     * No parameter of a method or constructor is an ID of a raw type.
     *
     * <pre>{@code
     * public void close(UUID siteId) { … }         // violation
     * public void close(List<String> siteIds) { … } // violation
     * public void close(SiteId site) { … }
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.close(UUID)> takes <siteId> as UUID in (Sites.java:7): nobody can tell of which kind it is. …}
     */
    public static final ArchRule NO_RAW_ID_AS_PARAMETER = PARAMETERS.standard();

    /**
     * No component of a record is an ID of a raw type.
     *
     * <pre>{@code
     * public record Closed(UUID siteId, String why) {} // violation
     * }</pre>
     *
     * <p>Message: {@code Constructor <Closed.<init>(UUID, String)> takes <siteId> as UUID in (Closed.java:1): nobody can tell …}
     */
    public static final ArchRule NO_RAW_ID_IN_RECORD = COMPONENTS.standard();

    /**
     * No visible field is an ID of a raw type, nor any field that is the key of an entity.
     *
     * <pre>{@code
     * public UUID siteId;    // violation
     * @Id private UUID key;  // violation
     * }</pre>
     *
     * <p>Message: {@code Field <Site.key> is a key of type UUID in (Site.java:0): nobody can tell of which kind it is. …}
     */
    public static final ArchRule NO_RAW_ID_AS_FIELD = FIELDS.standard();

    /**
     * No method returns an ID of a raw type.
     *
     * <pre>{@code
     * public UUID getSiteId() { … }         // violation
     * public List<String> siteIds() { … }   // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Site.getSiteId()> returns an ID as UUID in (Site.java:7): nobody can tell of which kind it is. …}
     */
    public static final ArchRule NO_RAW_ID_AS_RESULT = RESULTS.standard();

    /**
     * No repository of Spring Data has keys of a raw type.
     *
     * <pre>{@code
     * interface Sites extends JpaRepository<Site, UUID> {} // violation
     * }</pre>
     *
     * <p>Message: {@code Class <Sites> has keys of type UUID in (Sites.java:0): nobody can tell of which kind it is. …}
     */
    public static final ArchRule NO_RAW_KEY_OF_REPOSITORY = REPOSITORIES.standard();

    /**
     * No signature has two raw IDs of one type, for the compiler lets them be swapped. Two UUIDs are two IDs, whatever they are called.
     *
     * <pre>{@code
     * public void move(UUID site, UUID tenant) { … } // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.move(UUID, UUID)> takes 2 IDs as UUID in (Sites.java:7): they can be swapped, and nothing fails. …}
     */
    public static final ArchRule NO_TWO_RAW_IDS = PAIRS.standard();

    /**
     * No entry point takes an ID of a raw type: web controllers, listeners of messages, commands; whatever their visibility.
     *
     * <pre>{@code
     * @DeleteMapping("/sites/{id}") void close(@PathVariable("siteId") String id) { … } // violation
     * @DeleteMapping("/sites/{id}") void close(@PathVariable("siteId") SiteId site) { … }
     * }</pre>
     *
     * <p>Message: {@code Method <SiteController.close(String)> takes <siteId> as String in (SiteController.java:7): nobody can tell …}
     */
    public static final ArchRule NO_RAW_ID_AT_ENTRY = ENTRIES.standard();

    private AmbiguousIdRules() {}

    private static SafetyRule rule(String text, SafetyRule.Search search) {
        return new SafetyRule(text, Exemption.Kind.RAW_ID, (type, options, found) -> {
            if (!Ids.isGenerated(type)) {
                search.in(type, options, found);
            }
        });
    }

    /**
     * The rules of this group, with other options than the constants have.
     *
     * @param options what to look at
     * @return one by one
     */
    public static List<ArchRule> with(RuleOptions options) {
        return RULES.stream().map(rule -> rule.with(options)).toList();
    }

    private static String why(String name) {
        return ": nobody can tell of which kind it is. Give it " + Ids.typeFor(name) + ", or "
                + Exemption.Kind.RAW_ID.words() + ".";
    }

    private static boolean isEntry(JavaCodeUnit unit) {
        return DOORS.stream().anyMatch(door -> Ids.isAnnotated(unit, door));
    }

    private static boolean isRecord(JavaCodeUnit unit) {
        return unit.isConstructor() && unit.getOwner().isRecord();
    }

    private static void parameters(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        Ids ids = new Ids(options);
        type.getCodeUnits().stream()
                .filter(unit -> ids.isVisible(unit) && !isEntry(unit) && !isRecord(unit) && !Ids.isForeign(unit))
                .forEach(unit -> parameters(unit, ids, found));
    }

    private static void entries(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        Ids ids = new Ids(options);
        type.getMethods().stream()
                .filter(method -> Ids.isWritten(method) && isEntry(method))
                .forEach(method -> parameters(method, ids, found));
    }

    private static void components(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        Ids ids = new Ids(options);
        type.getConstructors().stream()
                .filter(unit -> isRecord(unit) && ids.isVisible(unit))
                .forEach(unit -> parameters(unit, ids, found));
    }

    private static void parameters(JavaCodeUnit unit, Ids ids, Consumer<Finding> found) {
        if (ids.isOfId(unit)) {
            return;
        }
        for (JavaParameter parameter : unit.getParameters()) {
            Optional<String> name = ids.name(parameter);
            Optional<String> raw = ids.raw(parameter.getType());
            if (name.isPresent() && raw.isPresent()) {
                found.accept(Finding.of(parameter, "takes <" + name.get() + "> as " + raw.get() + why(name.get())));
            }
        }
    }

    private static void fields(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        Ids ids = new Ids(options);
        for (JavaField field : type.getFields()) {
            Optional<String> raw = ids.raw(field.getType());
            boolean isKey = isKey(field) && (options.isIdName(field.getName()) || isOnlyKey(field));
            boolean isVisible = options.visibility().includes(field.getModifiers())
                    && !field.getModifiers().contains(JavaModifier.STATIC)
                    && !type.isRecord()
                    && options.isIdName(field.getName());
            if (raw.isPresent() && (isKey || isVisible)) {
                found.accept(Finding.of(
                        field,
                        "is " + (isKey ? "a key" : "an ID") + " of type " + raw.get()
                                + why(isKey ? "" : field.getName())));
            }
        }
    }

    private static boolean isKey(JavaField field) {
        return KEYS.stream().anyMatch(field::isAnnotatedWith);
    }

    /** And not one of the columns of a key. */
    private static boolean isOnlyKey(JavaField field) {
        return field.getOwner().getAllFields().stream()
                        .filter(AmbiguousIdRules::isKey)
                        .count()
                == 1;
    }

    private static void results(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        Ids ids = new Ids(options);
        for (JavaMethod method : type.getMethods()) {
            Optional<String> raw = ids.raw(result(method));
            if (raw.isPresent()
                    && options.isIdName(what(method))
                    && ids.isVisible(method)
                    && !type.isRecord()
                    && !type.isAnnotation() // whose elements cannot be of other types
                    && !ids.isOfId(method)
                    && !Ids.isForeign(method)) {
                found.accept(Finding.of(method, "returns an ID as " + raw.get() + why(what(method))));
            }
        }
    }

    /** Of a suspending function of Kotlin, what it hands to the continuation that is its last parameter. */
    private static JavaType result(JavaMethod method) {
        List<JavaType> types = method.getParameterTypes();
        boolean isSuspending = !types.isEmpty()
                && types.get(types.size() - 1).toErasure().getName().equals("kotlin.coroutines.Continuation");
        return isSuspending
                        && types.get(types.size() - 1) instanceof JavaParameterizedType continuation
                        && continuation.getActualTypeArguments().get(0) instanceof JavaWildcardType result
                        && !result.getLowerBounds().isEmpty()
                ? result.getLowerBounds().get(0)
                : method.getReturnType();
    }

    /** What it returns, by its name: {@code siteIds} of {@code findSiteIdsByTenantId}, and nothing of what only counts. */
    private static String what(JavaMethod method) {
        String what = method.getName()
                .replaceFirst("^count(?=[A-Z]).*", "count")
                .replaceFirst("(?<=[a-z])(?:By|From|For|With|Of)[A-Z].*", "")
                .replaceFirst("^(?:get|find|list|read|load)(?=[A-Z])", "");
        return what.isEmpty() ? what : what.substring(0, 1).toLowerCase(Locale.ROOT) + what.substring(1);
    }

    private static void repositories(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        boolean isOwn = type.isInterface() && type.getTypeParameters().isEmpty();
        Optional<JavaClass> key =
                isOwn ? Generics.argument(type, "org.springframework.data.repository.Repository", 1) : Optional.empty();
        key.flatMap(new Ids(options)::raw)
                .ifPresent(raw -> found.accept(Finding.of(type, "has keys of type " + raw + why(""))));
    }

    private static void pairs(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        Ids ids = new Ids(options);
        type.getCodeUnits().stream()
                .filter(unit -> ids.isVisible(unit) && !ids.isOfId(unit) && !Ids.isForeign(unit))
                .forEach(unit -> {
                    List<String> all = unit.getParameters().stream()
                            .filter(parameter -> !Ids.isMany(parameter) && ids.isId(parameter))
                            .flatMap(parameter -> ids.raw(parameter.getType()).stream())
                            .toList();
                    Stream<String> twice = all.stream()
                            .distinct()
                            .filter(one -> all.stream().filter(one::equals).count() > 1);
                    twice.forEach(one -> found.accept(Finding.of(
                            unit,
                            "takes " + all.stream().filter(one::equals).count() + " IDs as " + one
                                    + ": they can be swapped, and nothing fails. Give each a type of its kind, or "
                                    + Exemption.Kind.RAW_ID.words() + ".")));
                });
    }
}
