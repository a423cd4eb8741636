package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which parameters, results and types are of IDs, and which of these do not tell their kind. */
final class Ids {

    private static final String UUID = "java.util.UUID";

    /** Of which an ID may be, alone, in an array or in another type. */
    private static final Set<String> RAW =
            Set.of(UUID, "java.lang.String", "long", "java.lang.Long", "int", "java.lang.Integer");

    private static final Set<String> ANYTHING =
            Set.of("java.lang.Object", "java.io.Serializable", "java.lang.Comparable");

    /** What says something of values, or where they stand, and holds none: of orders, classes and columns. */
    private static final Set<String> NO_VALUES = Set.of(
            "java.util.Comparator",
            "java.lang.Class",
            "jakarta.persistence.metamodel.Bindable",
            "jakarta.persistence.metamodel.Attribute",
            "jakarta.persistence.criteria.Selection",
            "org.jooq.Field",
            "com.querydsl.core.types.Expression");

    private static final Set<String> OF_COLUMNS = Set.of(
            "org.jooq.impl.TableImpl",
            "org.jooq.impl.TableRecordImpl",
            "org.jooq.impl.DAOImpl",
            "com.querydsl.core.types.dsl.BeanPath");

    private static final String BYTES = "[B";
    private static final URI FOLDERS = URI.create("file:/");

    /** Names that callers use, whatever the code calls it. */
    private static final List<String> NAMING = List.of(
            "PathVariable",
            "RequestParam",
            "RequestHeader",
            "PathParam",
            "QueryParam",
            "FormParam",
            "Param",
            "JsonProperty",
            "Header",
            "DestinationVariable",
            "Named");

    private final RuleOptions options;

    Ids(RuleOptions options) {
        this.options = options;
    }

    /** By which an ID is known, by an annotation or by itself. */
    Optional<String> name(JavaParameter parameter) {
        Optional<String> annotated = parameter.getAnnotations().stream()
                .flatMap(annotation -> given(annotation).stream())
                .findFirst();
        boolean isDestroyed = options.isDestructive(parameter.getOwner().getName());
        return (annotated.isPresent() ? annotated : ClassFile.name(parameter))
                .filter(isDestroyed ? options::isAnyIdName : options::isIdName);
    }

    private static Optional<String> given(JavaAnnotation<?> annotation) {
        return NAMING.contains(annotation.getRawType().getSimpleName())
                ? Stream.of("value", "name")
                        .flatMap(element -> annotation.get(element).stream())
                        .map(Object::toString)
                        .filter(name -> !name.isEmpty())
                        .findFirst()
                : Optional.empty();
    }

    /** The type in the words of the source, if an ID of it tells no kind: of a raw type, or of an array, a collection or a map of it. */
    Optional<String> raw(JavaType type) {
        JavaClass erased = type.toErasure();
        boolean isRaw = erased.getName().equals(BYTES)
                || ANYTHING.contains(erased.getName())
                || (NO_VALUES.stream().noneMatch(erased::isAssignableTo)
                        && holds(type, one -> RAW.contains(one.getName()))
                        && !holds(type, options::isIdType));
        return isRaw ? Optional.of(words(type)) : Optional.empty();
    }

    /** Whether the type, or a type that it is made of, is so. */
    private static boolean holds(JavaType type, Predicate<JavaClass> wanted) {
        return type.getAllInvolvedRawTypes().stream()
                .map(JavaClass::getBaseComponentType)
                .anyMatch(wanted);
    }

    /**
     * Whether a generator wrote it: it says so, by an annotation whose name has {@code Generated} in it (the convention of JaCoCo), or is a
     * class of columns by jOOQ or QueryDSL.
     */
    static boolean isGenerated(JavaClass type) {
        return type.getAnnotations().stream()
                        .anyMatch(annotation ->
                                annotation.getRawType().getSimpleName().contains("Generated"))
                || OF_COLUMNS.stream().anyMatch(type::isAssignableTo)
                || type.getEnclosingClass().filter(Ids::isGenerated).isPresent();
    }

    /** Whether an ID is in it: one that tells its kind, a UUID, or one that is called so. */
    boolean isId(JavaParameter parameter) {
        return isSelector(parameter.getType())
                || (raw(parameter.getType()).isPresent() && name(parameter).isPresent());
    }

    private boolean isSelector(JavaType type) {
        return holds(type, options::isIdType)
                || holds(type, one -> one.getName().equals(UUID));
    }

    boolean isOfAnyKind(JavaParameter parameter) {
        JavaClass raw = parameter.getRawType();
        return options.isSupertypeOfIds(raw)
                || (ANYTHING.contains(raw.getName()) && name(parameter).isPresent())
                || (!isOne(parameter) && holds(parameter.getType(), options::isSupertypeOfIds));
    }

    /** One ID, and not a collection of them. */
    private static boolean isOne(JavaParameter parameter) {
        return parameter.getType().equals(parameter.getRawType())
                && !parameter.getRawType().isArray();
    }

    /** Several IDs: a collection, a map, a stream, or an array that is not of bytes. */
    static boolean isMany(JavaParameter parameter) {
        JavaClass raw = parameter.getRawType();
        return (raw.isArray() && !raw.getName().equals(BYTES))
                || Stream.of("java.lang.Iterable", "java.util.Map", "java.util.stream.BaseStream", "java.util.Iterator")
                        .anyMatch(raw::isAssignableTo);
    }

    static boolean isOptional(JavaParameter parameter) {
        return parameter.getRawType().getName().equals("java.util.Optional")
                || isAnnotated(parameter, "Nullable")
                || isAnnotated(parameter, "CheckForNull")
                || ClassFile.isNullable(parameter);
    }

    static boolean isAnnotated(HasAnnotations<?> element, String simpleName) {
        return element.getAnnotations().stream()
                .anyMatch(annotation -> annotation.getRawType().getSimpleName().equals(simpleName));
    }

    /**
     * Of an ID itself, or of what makes one: there raw ones have to be. Or of Kotlin's value classes, which the compiler puts what they wrap
     * in the place of, and says so by a hyphen in the name (Kotlin language documentation, Inline value classes, Mangling).
     */
    boolean isOfId(JavaCodeUnit unit) {
        return options.isIdType(unit.getOwner())
                || options.isIdType(unit.getRawReturnType())
                || unit.getName().contains("-");
    }

    /** What the source has and the compiler did not add. */
    static boolean isWritten(JavaCodeUnit unit) {
        return !unit.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !unit.getModifiers().contains(JavaModifier.BRIDGE)
                && !unit.getName().startsWith("lambda$")
                && !unit.getOwner().isAnonymousClass();
    }

    boolean isVisible(JavaCodeUnit unit) {
        return isWritten(unit) && options.visibility().includes(unit.getModifiers()) && isVisible(unit.getOwner());
    }

    private boolean isVisible(JavaClass type) {
        return options.visibility().includes(type.getModifiers())
                && type.getEnclosingClass().map(this::isVisible).orElse(true);
    }

    /**
     * Whether it has to be as it is, because what it overrides is not of this code: of the JDK, or of a jar that this class is not in. If that
     * jar is of this code too, the place is found where it is declared.
     */
    static boolean isForeign(JavaCodeUnit unit) {
        JavaClass owner = unit.getOwner();
        return unit instanceof JavaMethod
                && Stream.concat(owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
                        .flatMap(type -> type.getMethods().stream())
                        .filter(other -> other.getName().equals(unit.getName())
                                && other.getRawParameterTypes().size()
                                        == unit.getRawParameterTypes().size())
                        .anyMatch(other -> !origin(other.getOwner()).equals(origin(owner)));
    }

    /** The jar or the module of the JDK it comes from; of folders there is one, for those of a build belong together. */
    private static String origin(JavaClass type) {
        URI source = type.getSource().map(Source::getUri).orElse(FOLDERS);
        return switch (source.getScheme()) {
            case "jar" -> source.toString().replaceFirst("!.*", "");
            case "jrt" -> "jrt";
            default -> FOLDERS.toString();
        };
    }

    /** A name for a type that would tell the kind: {@code SiteId} for {@code siteIds}. */
    static String typeFor(String name) {
        String one = name.replaceAll("(?i)_?(ids?|uuids?|guids?)$", "");
        String last = one.substring(one.lastIndexOf('_') + 1);
        return last.isEmpty()
                ? "a type of its kind"
                : "a type of its kind, as " + last.substring(0, 1).toUpperCase(Locale.ROOT) + last.substring(1) + "Id";
    }

    /** As the source writes it, without packages. */
    static String words(JavaType type) {
        return type instanceof JavaClass raw && raw.isArray()
                ? words(raw.getComponentType()) + "[]"
                : type.getName().replaceAll("\\b(?:[a-z_]\\w*\\.)+(?=[A-Z])", "");
    }
}
