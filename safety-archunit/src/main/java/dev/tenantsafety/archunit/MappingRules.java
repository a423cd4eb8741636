package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Mappings of Hibernate that lose rows without a word. Each was seen to, on Hibernate 7.4. An exemption is {@code @AllowsHardDelete} on the
 * member or a class around it.
 */
public final class MappingRules {

    private static final Set<String> SQL_DELETES =
            Set.of("org.hibernate.annotations.SQLDelete", "org.hibernate.annotations.SQLDeleteAll");
    private static final Set<String> ENTITY = Set.of("jakarta.persistence.Entity", "javax.persistence.Entity");
    private static final Set<String> ASSOCIATIONS = Set.of("OneToMany", "OneToOne", "ManyToMany", "ManyToOne");
    private static final String SOFT_DELETE = "org.hibernate.annotations.SoftDelete";

    static final SafetyRule SQL_DELETE =
            rule("no entity has a statement of its own for removals", MappingRules::sqlDelete);
    static final SafetyRule SOFT_DELETE_OF_SUBCLASS =
            rule("no subclass of an entity is mapped with @SoftDelete", MappingRules::softDeleteOfSubclass);
    static final SafetyRule CASCADES_OF_DATABASE =
            rule("no foreign key removes rows with the row that it points at", MappingRules::onDelete);
    static final SafetyRule CASCADES =
            rule("no removal of a protected entity reaches one that is not", MappingRules::cascades);
    static final SafetyRule EAGER_LINKS =
            rule("no entity is joined with a soft-deleted one as soon as it is read", MappingRules::eagerLinks);

    static final List<SafetyRule> RULES =
            List.of(SQL_DELETE, SOFT_DELETE_OF_SUBCLASS, CASCADES_OF_DATABASE, CASCADES, EAGER_LINKS);

    /**
     * No entity is mapped with {@code @SQLDelete}: bulk deletes, collections and stateless sessions go past it.
     *
     * <pre>{@code
     * @Entity @SQLDelete(sql = "update ticket set deleted = true where id = ?") class Ticket {} // violation
     * }</pre>
     *
     * <p>Message: {@code Class <Ticket> is mapped with @SQLDelete in (Ticket.java:0): bulk deletes and collections go past it. …}
     */
    public static final ArchRule NO_SQL_DELETE = SQL_DELETE.standard();

    /**
     * No subclass of an entity is mapped with Hibernate's {@code @SoftDelete}, which is read on the root alone: removal is then a DELETE.
     *
     * <pre>{@code
     * @Entity @SoftDelete class Bug extends Ticket {} // violation
     * }</pre>
     *
     * <p>Message: {@code Class <Bug> is mapped with @SoftDelete below its root in (Bug.java:0): Hibernate does not read it there, …}
     */
    public static final ArchRule NO_SOFT_DELETE_OF_SUBCLASS = SOFT_DELETE_OF_SUBCLASS.standard();

    /**
     * No foreign key is mapped with {@code @OnDelete(CASCADE)}: the database removes those rows, and nobody hears of it.
     *
     * <pre>{@code
     * @ManyToOne @OnDelete(action = OnDeleteAction.CASCADE) Site site; // violation
     * }</pre>
     *
     * <p>Message: {@code Field <Ticket.site> is mapped with @OnDelete(CASCADE) in (Ticket.java:0): the database removes …}
     */
    public static final ArchRule NO_CASCADE_OF_DATABASE = CASCADES_OF_DATABASE.standard();

    /**
     * No association of a protected entity cascades removals to one that is not: the parent would be marked and its children gone.
     *
     * <pre>{@code
     * @Entity class Ticket implements SoftDeletable {
     *     @OneToMany(mappedBy = "ticket", orphanRemoval = true) List<Note> notes; // violation, unless Note is SoftDeletable
     * }
     * }</pre>
     *
     * <p>Message: {@code Field <Ticket.notes> cascades removal to Note, which is not protected in (Ticket.java:0): the parent is …}
     */
    public static final ArchRule NO_CASCADE_TO_UNPROTECTED = CASCADES.standard();

    /**
     * No eager to-one leads to an entity with Hibernate's {@code @SoftDelete}: it is read as null once that one is deleted, and the next
     * flush writes the null.
     *
     * <pre>{@code
     * @ManyToOne Site site; // violation, where Site is mapped with @SoftDelete
     * }</pre>
     *
     * <p>Message: {@code Field <Ticket.site> is read at once with Site, which is mapped with @SoftDelete in (Ticket.java:0): once …}
     */
    public static final ArchRule NO_EAGER_LINK_TO_SOFT_DELETED = EAGER_LINKS.standard();

    private MappingRules() {}

    private static SafetyRule rule(String text, SafetyRule.Search search) {
        return new SafetyRule(text, Exemption.Kind.HARD_DELETE, search);
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

    static boolean isEntity(JavaClass type) {
        return ENTITY.stream().anyMatch(type::isAnnotatedWith);
    }

    private static String or() {
        return ", or " + Exemption.Kind.HARD_DELETE.words() + ".";
    }

    private static void sqlDelete(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        String why = ": bulk deletes and collections go past it. Implement SoftDeletable" + or();
        if (SQL_DELETES.stream().anyMatch(type::isAnnotatedWith)) {
            found.accept(Finding.of(type, "is mapped with @SQLDelete" + why));
        }
        for (JavaMember member : type.getMembers()) {
            if (SQL_DELETES.stream().anyMatch(member::isAnnotatedWith)) {
                found.accept(Finding.of(member, "is mapped with @SQLDelete" + why));
            }
        }
    }

    private static void softDeleteOfSubclass(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        boolean isSubclass = type.getAllRawSuperclasses().stream().anyMatch(MappingRules::isEntity);
        if (isSubclass && isEntity(type) && type.isAnnotatedWith(SOFT_DELETE)) {
            found.accept(Finding.of(
                    type,
                    "is mapped with @SoftDelete below its root: Hibernate does not read it there, and removal is a DELETE. Put it"
                            + " on the root, or let that implement SoftDeletable" + or()));
        }
    }

    private static void onDelete(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        List<HasAnnotations<?>> elements = new ArrayList<>(List.of(type));
        elements.addAll(type.getMembers());
        for (HasAnnotations<?> element : elements) {
            Optional<String> action = element.tryGetAnnotationOfType("org.hibernate.annotations.OnDelete")
                    .flatMap(annotation -> annotation.get("action"))
                    .map(Object::toString);
            if (action.filter(name -> name.contains("CASCADE")).isPresent()) {
                String what =
                        "is mapped with @OnDelete(CASCADE): the database removes its rows, and nobody hears of it. Leave it out"
                                + or();
                found.accept(element instanceof JavaMember member ? Finding.of(member, what) : Finding.of(type, what));
            }
        }
    }

    private static void cascades(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        if (!isEntity(type) || !options.isProtected(type)) {
            return;
        }
        for (JavaMember member : type.getMembers()) {
            association(member).filter(MappingRules::removes).ifPresent(annotation -> target(member)
                    .filter(target -> isEntity(target) && !options.isProtected(target))
                    .ifPresent(target -> found.accept(Finding.of(
                            member,
                            "cascades removal to " + target.getSimpleName()
                                    + ", which is not protected: the parent is marked, and its children are gone. Let "
                                    + target.getSimpleName() + " implement SoftDeletable" + or()))));
        }
    }

    private static void eagerLinks(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        for (JavaMember member : type.getMembers()) {
            association(member)
                    .filter(annotation ->
                            annotation.getRawType().getSimpleName().endsWith("ToOne")
                                    && annotation
                                            .get("fetch")
                                            .filter(one -> one.toString().contains("EAGER"))
                                            .isPresent())
                    .flatMap(annotation -> target(member))
                    .filter(target -> target.isAnnotatedWith(SOFT_DELETE))
                    .ifPresent(target -> found.accept(Finding.of(
                            member,
                            "is read at once with " + target.getSimpleName()
                                    + ", which is mapped with @SoftDelete: once that is deleted it is read as null, and the next flush"
                                    + " writes the null. Read it lazily by its ID, or let that implement SoftDeletable"
                                    + or())));
        }
    }

    private static Optional<JavaAnnotation<?>> association(JavaMember member) {
        return member.getAnnotations().stream()
                .filter(annotation ->
                        ASSOCIATIONS.contains(annotation.getRawType().getSimpleName())
                                && annotation.getRawType().getPackageName().endsWith("persistence"))
                .<JavaAnnotation<?>>map(annotation -> annotation)
                .findFirst();
    }

    private static boolean removes(JavaAnnotation<?> annotation) {
        boolean isOrphanRemoval =
                annotation.get("orphanRemoval").filter(Boolean.TRUE::equals).isPresent();
        Stream<String> cascades = annotation.get("cascade").stream()
                .flatMap(value -> Stream.of((Object[]) value))
                .map(Object::toString);
        return isOrphanRemoval || cascades.anyMatch(name -> name.endsWith("ALL") || name.endsWith("REMOVE"));
    }

    /** The entity that an association leads to, also within a collection or as the value of a map. */
    private static Optional<JavaClass> target(JavaMember member) {
        JavaType type = member instanceof JavaField field
                ? field.getType()
                : member instanceof JavaMethod method ? method.getReturnType() : member.getOwner();
        if (type instanceof JavaParameterizedType parameterized) {
            List<JavaType> arguments = parameterized.getActualTypeArguments();
            return Optional.of(arguments.get(arguments.size() - 1).toErasure());
        }
        return Optional.of(type.toErasure());
    }
}
