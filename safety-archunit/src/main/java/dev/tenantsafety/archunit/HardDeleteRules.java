package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Rows are not removed for good: no call, and no method that a framework makes a removal of.
 *
 * <p>Calls through subtypes, generic types, lambdas and method references are found; calls by reflection are not. What SQL in texts does
 * is the matter of {@link SqlLiteralRules}. An exemption is {@code @AllowsHardDelete} on the method or a class around it.
 */
public final class HardDeleteRules {

    private static final String INSTEAD = " Use delete(…) of a protected entity, which marks, or ";

    /** Spring Data, {@code PartTree}: which names of methods are deletions. */
    private static final Pattern DERIVED = Pattern.compile("(?:delete|remove)(?:\\p{Lu}.*?)?By.*");

    private static final Set<String> QUERIES = Set.of(
            "org.springframework.data.jpa.repository.Query",
            "org.springframework.data.jpa.repository.NativeQuery",
            "org.springframework.data.jdbc.repository.query.Query",
            "org.springframework.data.r2dbc.repository.Query");

    private static final Set<String> MYBATIS =
            Set.of("org.apache.ibatis.annotations.Delete", "org.apache.ibatis.annotations.DeleteProvider");

    static final SafetyRule PERSISTENCE =
            calls("no code removes entities for good by Jakarta Persistence or Hibernate", DeletingCall.OF_PERSISTENCE);
    static final SafetyRule SPRING_DATA =
            calls("no code removes rows for good by Spring Data", DeletingCall.OF_SPRING_DATA);
    static final SafetyRule DERIVED_QUERIES = rule(
            "no repository of Spring Data has a method that removes rows for good", HardDeleteRules::derivedQueries);
    static final SafetyRule JOOQ = calls("no code removes rows for good by jOOQ", DeletingCall.OF_JOOQ);
    static final SafetyRule MYBATIS_CALLS =
            calls("no code removes rows for good by a session of MyBatis", DeletingCall.OF_MYBATIS);
    static final SafetyRule MYBATIS_MAPPERS =
            rule("no mapper of MyBatis has a method that removes rows", HardDeleteRules::mappers);
    static final SafetyRule MIGRATIONS = calls("no code drops what a migration tool made", DeletingCall.OF_MIGRATIONS);
    static final SafetyRule OTHER_STORES = rule(
            "no code removes for good from a store that was named",
            (type, options, found) -> calls(type, options, options.deletingCalls(), found));

    static final SafetyRule OTHER_LIBRARIES =
            calls("no code removes rows for good by another library", DeletingCall.OF_OTHERS);
    static final SafetyRule OTHER_REPOSITORIES = rule(
            "no repository of Micronaut or Jakarta Data has a method that removes rows for good",
            HardDeleteRules::otherRepositories);

    static final List<SafetyRule> RULES = List.of(
            PERSISTENCE,
            SPRING_DATA,
            DERIVED_QUERIES,
            JOOQ,
            MYBATIS_CALLS,
            MYBATIS_MAPPERS,
            MIGRATIONS,
            OTHER_STORES,
            OTHER_LIBRARIES,
            OTHER_REPOSITORIES);

    /**
     * No entity is removed by Jakarta Persistence or Hibernate, but those whose removal marks them.
     *
     * <pre>{@code
     * entityManager.remove(invoice);                 // violation, unless Invoice is SoftDeletable
     * statelessSession.delete(ticket);               // violation: passes every listener
     * criteriaBuilder.createCriteriaDelete(Ticket.class); // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> calls <EntityManager.remove(Object)> in (Cleanup.java:7): rows are removed for good. …}
     */
    public static final ArchRule NO_REMOVAL_OF_ENTITIES = PERSISTENCE.standard();

    /**
     * No row is removed by a repository or template of Spring Data, but those of entities whose removal marks them.
     *
     * <pre>{@code
     * invoices.deleteById(id);          // violation, unless Invoice is SoftDeletable
     * tickets.deleteAllInBatch();       // violation: one DELETE, past every listener
     * ids.forEach(invoices::deleteById); // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> calls <JpaRepository.deleteAllInBatch()> in (Cleanup.java:7): rows are removed for good,
     * past every interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_BY_SPRING_DATA = SPRING_DATA.standard();

    /**
     * No repository of Spring Data declares a removal, but of entities whose removal marks them.
     *
     * <pre>{@code
     * interface Invoices extends JpaRepository<Invoice, InvoiceId> {
     *     long deleteByPaidTrue();                               // violation, unless Invoice is SoftDeletable
     *     @Modifying @Query("delete from Invoice i") int wipe(); // violation: one DELETE, past every listener
     * }
     * }</pre>
     *
     * <p>Message: {@code Method <Invoices.deleteByPaidTrue()> is a removal by its name in (Invoices.java:0): rows are removed for good. …}
     */
    public static final ArchRule NO_REMOVAL_IN_REPOSITORIES = DERIVED_QUERIES.standard();

    /**
     * No row and no table is removed by jOOQ.
     *
     * <pre>{@code
     * dsl.deleteFrom(TICKET).execute(); // violation
     * ticketRecord.delete();            // violation
     * dsl.truncate(TICKET).execute();   // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> calls <DSLContext.deleteFrom(Table)> in (Cleanup.java:7): rows are removed for good, past
     * every interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_BY_JOOQ = JOOQ.standard();

    /**
     * No row is removed by a session of MyBatis.
     *
     * <pre>{@code
     * sqlSession.delete("deleteTicket", id); // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> calls <SqlSession.delete(String, Object)> in (Cleanup.java:7): rows are removed for good,
     * past every interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_BY_MYBATIS = MYBATIS_CALLS.standard();

    /**
     * No mapper of MyBatis declares a removal.
     *
     * <pre>{@code
     * interface TicketMapper {
     *     @Delete("delete from ticket where id = #{id}") int remove(TicketId id); // violation
     * }
     * }</pre>
     *
     * <p>Message: {@code Method <TicketMapper.remove(TicketId)> is annotated with @Delete in (TicketMapper.java:0): rows are removed for
     * good, past every interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_IN_MAPPERS = MYBATIS_MAPPERS.standard();

    /**
     * No code empties the database by Flyway or Liquibase.
     *
     * <pre>{@code
     * flyway.clean();      // violation
     * liquibase.dropAll(); // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> calls <Flyway.clean()> in (Cleanup.java:7): rows are removed for good, past every
     * interceptor. …}
     */
    public static final ArchRule NO_CLEANING_OF_SCHEMAS = MIGRATIONS.standard();

    /**
     * No row is removed by Panache, Ebean, QueryDSL, Blaze-Persistence, Micronaut Data, Jakarta Data, MyBatis-Plus, EclipseLink's own API,
     * Exposed, Hibernate Reactive, MongoDB, JDO, or {@code ResultSet.deleteRow}. They are known by name.
     *
     * <pre>{@code
     * Ticket.deleteById(id);        // violation (Panache)
     * DB.delete(ticket);            // violation (Ebean)
     * mongo.remove(query, "ticket"); // violation
     * }</pre>
     *
     * <p>Message: {@code Method <Cleanup.run()> calls <DB.delete(Object)> in (Cleanup.java:7): rows are removed for good, past every
     * interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_BY_OTHER_LIBRARIES = OTHER_LIBRARIES.standard();

    /**
     * No repository of Micronaut Data or Jakarta Data declares a removal.
     *
     * <pre>{@code
     * interface Tickets extends GenericRepository<Ticket, Long> {
     *     void deleteByClosedTrue();        // violation
     *     @Delete void dismiss(Ticket one); // violation
     * }
     * }</pre>
     *
     * <p>Message: {@code Method <Tickets.deleteByClosedTrue()> is a removal by its name in (Tickets.java:0): rows are removed for good, past
     * every interceptor. …}
     */
    public static final ArchRule NO_REMOVAL_IN_OTHER_REPOSITORIES = OTHER_REPOSITORIES.standard();

    private HardDeleteRules() {}

    private static SafetyRule rule(String text, SafetyRule.Search search) {
        return new SafetyRule(text, Exemption.Kind.HARD_DELETE, search);
    }

    private static SafetyRule calls(String text, List<DeletingCall> calls) {
        return rule(text, (type, options, found) -> calls(type, options, calls, found));
    }

    private static void calls(JavaClass type, RuleOptions options, List<DeletingCall> calls, Consumer<Finding> found) {
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            if (access instanceof JavaCodeUnitAccess<?> use) {
                calls.stream()
                        .filter(call -> call.isOf(use.getTarget()))
                        .findFirst()
                        .filter(call -> !(call.marks() && isOfProtectedEntity(use, options)))
                        .ifPresent(call -> found.accept(Finding.of(
                                use.getOrigin(),
                                use.getSourceCodeLocation(),
                                "calls <" + call.words(use.getTarget()) + ">" + why(call.marks()))));
            }
        }
    }

    private static String why(boolean marks) {
        return ": rows are removed for good"
                + (marks ? ", if their entity is not a protected one." : ", past every interceptor.")
                + INSTEAD + Exemption.Kind.HARD_DELETE.words() + ".";
    }

    /** By the type argument of a repository, or by what is handed over. */
    private static boolean isOfProtectedEntity(JavaCodeUnitAccess<?> use, RuleOptions options) {
        List<Optional<JavaClass>> entities = ArgumentTypes.receivers(use).stream()
                .map(receiver -> receiver.flatMap(HardDeleteRules::entity))
                .toList();
        if (entities.stream().anyMatch(Optional::isPresent)) {
            return entities.stream()
                    .allMatch(entity -> entity.filter(options::isProtected).isPresent());
        }
        Set<String> types = use instanceof JavaMethodCall call ? ArgumentTypes.of(call) : Set.of();
        return !types.isEmpty()
                && types.stream().allMatch(name -> ArgumentTypes.find(name, use.getOriginOwner())
                        .filter(options::isProtected)
                        .isPresent());
    }

    /** Whose rows a repository of Spring Data holds. */
    private static Optional<JavaClass> entity(JavaClass repository) {
        Optional<JavaClass> argument = Generics.argument(repository, DeletingCall.REPOSITORY, 0);
        return argument.isPresent()
                ? argument
                : repository
                        .tryGetAnnotationOfType(DeletingCall.REPOSITORY_DEFINITION)
                        .flatMap(definition -> definition.get("domainClass"))
                        .filter(JavaClass.class::isInstance)
                        .map(JavaClass.class::cast);
    }

    /** Whether one of these rules reads what stands in this annotation of a method of this type; else its texts are read as any others. */
    static boolean reads(JavaClass type, String annotation) {
        return MYBATIS.contains(annotation) || (QUERIES.contains(annotation) && DeletingCall.isRepository(type));
    }

    private static void derivedQueries(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        if (!DeletingCall.isRepository(type)) {
            return;
        }
        boolean marks = entity(type).filter(options::isProtected).isPresent();
        // With CrudRepository they are not declared, but overridden, and found where they are called.
        boolean declares = !type.isAssignableTo(DeletingCall.CRUD_REPOSITORY);
        for (JavaMethod method : type.getMethods()) {
            Optional<String> query = query(method);
            if (query.isPresent()) {
                SqlText.ofQuery(query.get())
                        .removal(options)
                        .ifPresent(removal ->
                                found.accept(Finding.of(method, "has a query with " + removal + why(false))));
            } else if (declares && DeletingCall.IN_BATCH.contains(method.getName())) {
                found.accept(Finding.of(method, "is a removal by its name" + why(false)));
            } else if (!marks
                    && ((declares && DeletingCall.CRUD.contains(method.getName()))
                            || DERIVED.matcher(method.getName()).matches())) {
                found.accept(Finding.of(method, "is a removal by its name" + why(true)));
            }
        }
    }

    private static Optional<String> query(JavaMethod method) {
        return QUERIES.stream()
                .flatMap(name -> method.tryGetAnnotationOfType(name).stream())
                .map(annotation -> annotation.get("value").map(Object::toString).orElse(""))
                .findFirst();
    }

    private static void mappers(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        for (JavaMethod method : type.getMethods()) {
            MYBATIS.stream()
                    .filter(method::isAnnotatedWith)
                    .forEach(name -> found.accept(Finding.of(
                            method, "is annotated with @" + name.substring(name.lastIndexOf('.') + 1) + why(false))));
        }
    }

    /** Micronaut reads names, and Jakarta Data annotations (Jakarta Data specification, "Annotated Methods"). */
    private static void otherRepositories(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        boolean isMicronaut = type.isAssignableTo(DeletingCall.MICRONAUT_REPOSITORY)
                || type.isAnnotatedWith(DeletingCall.MICRONAUT_ANNOTATION);
        for (JavaMethod method : type.getMethods()) {
            if (method.isAnnotatedWith(DeletingCall.JAKARTA_DELETE)) {
                found.accept(Finding.of(method, "is annotated with @Delete" + why(false)));
            } else if (isMicronaut
                    && method.getModifiers().contains(JavaModifier.ABSTRACT)
                    && (DeletingCall.CRUD.contains(method.getName())
                            || DERIVED.matcher(method.getName()).matches())) {
                found.accept(Finding.of(method, "is a removal by its name" + why(false)));
            }
        }
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
}
