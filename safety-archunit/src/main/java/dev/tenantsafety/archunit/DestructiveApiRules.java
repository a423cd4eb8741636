package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What methods that destroy look like. These are visible methods whose names begin with a verb such as {@code delete}, {@code purge} or
 * {@code deactivate} and that take an ID, typed or raw; methods that override one of the JDK are not looked at. An exemption is
 * {@code @RawId} on the parameter, the method or a class around it.
 */
public final class DestructiveApiRules {

    static final SafetyRule SUPERTYPES =
            rule("no destructive method takes an ID of any kind", DestructiveApiRules::supertypes);
    static final SafetyRule COLLECTIONS =
            rule("no destructive method takes many IDs without a plan", DestructiveApiRules::collections);
    static final SafetyRule MODES = rule("no destructive method takes a mode", DestructiveApiRules::modes);
    static final SafetyRule OVERLOADS =
            rule("no destructive methods differ only in the kind of an ID", DestructiveApiRules::overloads);
    static final SafetyRule OPTIONALS =
            rule("no destructive method takes an ID that may be missing", DestructiveApiRules::optionals);
    static final SafetyRule VOIDS = rule("every destructive method says what it has done", DestructiveApiRules::voids);

    static final List<SafetyRule> RULES = List.of(SUPERTYPES, COLLECTIONS, MODES, OVERLOADS, OPTIONALS, VOIDS);

    /**
     * No destructive method takes a supertype of IDs.
     *
     * <pre>{@code
     * public Report delete(TypedId<?> id) { … }  // violation: the call of April 2022
     * public Report delete(SiteId site) { … }
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.delete(TypedId)> takes an ID of any kind, TypedId<?> in (Sites.java:7): a list of the wrong kind
     * passes. …}
     */
    public static final ArchRule NO_ID_OF_ANY_KIND = SUPERTYPES.standard();

    /**
     * No destructive method takes a collection of IDs, unless a parameter is a plan: a type whose name ends in {@code Plan}.
     *
     * <pre>{@code
     * public Report purge(List<SiteId> sites) { … } // violation
     * public Report purge(PurgePlan plan) { … }
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.purge(List)> takes many IDs, List<SiteId> in (Sites.java:7): nobody has looked at what goes. …}
     */
    public static final ArchRule NO_MANY_IDS_WITHOUT_PLAN = COLLECTIONS.standard();

    /**
     * No destructive method takes a boolean or an enum beside the ID.
     *
     * <pre>{@code
     * public Report delete(SiteId site, boolean permanent) { … } // violation
     * public Report delete(SiteId site, Mode mode) { … }         // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.delete(SiteId, boolean)> takes a mode, boolean in (Sites.java:7): one wrong word makes … }
     */
    public static final ArchRule NO_MODE = MODES.standard();

    /**
     * No two destructive methods of a class differ only in the kind of an ID.
     *
     * <pre>{@code
     * public Report delete(SiteId site) { … }
     * public Report delete(AppId app) { … } // violation: the compiler picks by what it is given
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.delete(AppId)> differs from <Sites.delete(SiteId)> in the kind of an ID in (Sites.java:9): …}
     */
    public static final ArchRule NO_OVERLOAD_BY_KIND = OVERLOADS.standard();

    /**
     * No destructive method takes an ID that may be null or empty.
     *
     * <pre>{@code
     * public Report delete(Optional<SiteId> site) { … }  // violation: what is deleted when it is empty?
     * public Report delete(@Nullable SiteId site) { … }  // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.delete(Optional)> takes an ID that may be missing, Optional<SiteId> in (Sites.java:7): …}
     */
    public static final ArchRule NO_OPTIONAL_ID = OPTIONALS.standard();

    /**
     * No destructive method returns nothing.
     *
     * <pre>{@code
     * public void delete(SiteId site) { … }          // violation
     * public DeletionReport delete(SiteId site) { … }
     * }</pre>
     *
     * <p>Message: {@code Method <Sites.delete(SiteId)> returns nothing in (Sites.java:7): who calls it cannot tell what it has done. …}
     */
    public static final ArchRule NO_VOID = VOIDS.standard();

    private DestructiveApiRules() {}

    private static SafetyRule rule(String text, SafetyRule.Search search) {
        return new SafetyRule(text, Exemption.Kind.RAW_ID, search);
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

    private static String or() {
        return ", or " + Exemption.Kind.RAW_ID.words() + ".";
    }

    private static List<JavaMethod> methods(JavaClass type, RuleOptions options) {
        Ids ids = new Ids(options);
        return type.getMethods().stream()
                .filter(method -> options.isDestructive(method.getName())
                        && ids.isVisible(method)
                        && !Ids.isForeign(method)
                        && method.getParameters().stream()
                                .anyMatch(parameter -> ids.isId(parameter) || ids.isOfAnyKind(parameter)))
                .toList();
    }

    private static void each(JavaClass type, RuleOptions options, BiConsumer<Ids, JavaParameter> parameters) {
        Ids ids = new Ids(options);
        methods(type, options)
                .forEach(method -> method.getParameters().forEach(parameter -> parameters.accept(ids, parameter)));
    }

    private static void supertypes(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        each(type, options, (ids, parameter) -> {
            if (ids.isOfAnyKind(parameter)) {
                found.accept(Finding.of(
                        parameter,
                        "takes an ID of any kind, " + Ids.words(parameter.getType())
                                + ": a list of the wrong kind passes. Take one kind" + or()));
            }
        });
    }

    private static void collections(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        each(type, options, (ids, parameter) -> {
            boolean hasPlan = parameter.getOwner().getRawParameterTypes().stream()
                    .anyMatch(one -> one.getSimpleName().endsWith("Plan"));
            if (Ids.isMany(parameter) && ids.isId(parameter) && !hasPlan) {
                found.accept(Finding.of(
                        parameter,
                        "takes many IDs, " + Ids.words(parameter.getType())
                                + ": nobody has looked at what goes. Take a plan that was made of them" + or()));
            }
        });
    }

    private static void modes(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        each(type, options, (ids, parameter) -> {
            JavaClass raw = parameter.getRawType();
            if (raw.isEnum() || raw.getName().equals("boolean") || raw.getName().equals("java.lang.Boolean")) {
                found.accept(Finding.of(
                        parameter,
                        "takes a mode, " + Ids.words(raw)
                                + ": one wrong word makes another act of it. Give each act a method of its own"
                                + or()));
            }
        });
    }

    private static void optionals(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        each(type, options, (ids, parameter) -> {
            if (ids.isId(parameter) && Ids.isOptional(parameter)) {
                found.accept(Finding.of(
                        parameter,
                        "takes an ID that may be missing, " + Ids.words(parameter.getType())
                                + ": nothing must not mean all. Take one that is there" + or()));
            }
        });
    }

    private static void voids(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        for (JavaMethod method : methods(type, options)) {
            if (method.getRawReturnType().getName().equals("void")) {
                found.accept(Finding.of(
                        method,
                        "returns nothing: who calls it cannot tell what it has done. Return what was marked, and how to undo it"
                                + or()));
            }
        }
    }

    private static void overloads(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        List<JavaMethod> before = new ArrayList<>();
        methods(type, options).stream()
                .sorted(Comparator.comparing(JavaMethod::getFullName))
                .forEach(method -> {
                    before.stream()
                            .filter(other ->
                                    other.getName().equals(method.getName()) && differInKind(other, method, options))
                            .findFirst()
                            .ifPresent(other -> found.accept(Finding.of(
                                    method,
                                    "differs from <" + other.getFullName()
                                            + "> in the kind of an ID: the compiler picks one by what it is given. Name each after"
                                            + " its kind" + or())));
                    before.add(method);
                });
    }

    private static boolean differInKind(JavaMethod one, JavaMethod other, RuleOptions options) {
        List<JavaType> types = one.getParameterTypes();
        List<JavaType> others = other.getParameterTypes();
        if (types.size() != others.size()) {
            return false;
        }
        int kinds = 0;
        for (int i = 0; i < types.size(); i++) {
            JavaClass raw = types.get(i).toErasure();
            JavaClass otherRaw = others.get(i).toErasure();
            if (!raw.equals(otherRaw)) {
                if (!options.isIdType(raw) || !options.isIdType(otherRaw)) {
                    return false;
                }
                kinds++;
            }
        }
        return kinds > 0;
    }
}
