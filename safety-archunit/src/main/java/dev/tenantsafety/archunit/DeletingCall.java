package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Methods of a library that remove rows for good.
 *
 * @param owner the class or interface that has them, by full name; a class that inherits them counts
 * @param methods their names
 * @param marks whether they mark the rows of a protected entity, because they go through the persistence context
 */
record DeletingCall(String owner, Set<String> methods, boolean marks) {

    private static final String SPRING_DATA = "org.springframework.data.";

    /** Marker of its repositories: what one declares by these names it gets, whatever it extends. */
    static final String REPOSITORY = SPRING_DATA + "repository.Repository";

    /** The marker as an annotation. */
    static final String REPOSITORY_DEFINITION = SPRING_DATA + "repository.RepositoryDefinition";

    static final String CRUD_REPOSITORY = SPRING_DATA + "repository.CrudRepository";

    static final Set<String> CRUD = Set.of("delete", "deleteById", "deleteAll", "deleteAllById");
    static final Set<String> IN_BATCH = Set.of("deleteAllInBatch", "deleteAllByIdInBatch", "deleteInBatch");

    /** Of Jakarta Persistence and Hibernate. */
    static final List<DeletingCall> OF_PERSISTENCE = List.of(
            marking("jakarta.persistence.EntityManager", Set.of("remove")),
            marking("javax.persistence.EntityManager", Set.of("remove")),
            marking("org.hibernate.Session", Set.of("remove", "delete")),
            of("org.hibernate.StatelessSession", "delete", "deleteMultiple"),
            of("jakarta.persistence.criteria.CriteriaBuilder", "createCriteriaDelete"),
            of("javax.persistence.criteria.CriteriaBuilder", "createCriteriaDelete"),
            of("org.hibernate.relational.SchemaManager", "dropMappedObjects", "truncateMappedObjects", "truncateTable"),
            of("jakarta.persistence.SchemaManager", "drop", "truncate"));

    /** Of Spring Data. */
    static final List<DeletingCall> OF_SPRING_DATA = List.of(
            marking(CRUD_REPOSITORY, CRUD),
            of(SPRING_DATA + "repository.reactive.ReactiveCrudRepository", CRUD),
            of(SPRING_DATA + "repository.reactive.RxJava3CrudRepository", CRUD),
            of(SPRING_DATA + "repository.kotlin.CoroutineCrudRepository", CRUD),
            of(SPRING_DATA + "jpa.repository.JpaRepository", IN_BATCH),
            of(SPRING_DATA + "jpa.repository.JpaSpecificationExecutor", "delete"),
            of(SPRING_DATA + "jdbc.core.JdbcAggregateOperations", "delete", "deleteById", "deleteAll", "deleteAllById"),
            of(SPRING_DATA + "r2dbc.core.R2dbcEntityOperations", "delete"),
            of(SPRING_DATA + "r2dbc.core.ReactiveDeleteOperation", "delete"),
            marking(REPOSITORY, CRUD),
            of(REPOSITORY, IN_BATCH));

    /** Of jOOQ. */
    static final List<DeletingCall> OF_JOOQ = List.of(
            of("org.jooq.DSLContext", jooq("deleteQuery", "batchDelete", "executeDelete")),
            of("org.jooq.impl.DSL", jooq()),
            of("org.jooq.UpdatableRecord", "delete"),
            of("org.jooq.DAO", "delete", "deleteById"),
            of("org.jooq.MergeMatchedStep", "whenMatchedThenDelete"),
            of("org.jooq.MergeMatchedThenStep", "thenDelete"),
            of("org.jooq.AlterTableStep", "dropColumn", "dropColumnIfExists", "dropColumns"));

    /** Of MyBatis. */
    static final List<DeletingCall> OF_MYBATIS = List.of(of("org.apache.ibatis.session.SqlSession", "delete"));

    /** Of tools that change schemas. */
    static final List<DeletingCall> OF_MIGRATIONS =
            List.of(of("org.flywaydb.core.Flyway", "clean"), of("liquibase.Liquibase", "dropAll"));

    private static Set<String> jooq(String... more) {
        Set<String> all = new HashSet<>(Set.of(
                "delete",
                "deleteFrom",
                "truncate",
                "truncateTable",
                "dropTable",
                "dropTableIfExists",
                "dropSchema",
                "dropSchemaIfExists",
                "dropDatabase",
                "dropDatabaseIfExists"));
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    static DeletingCall of(String owner, String... methods) {
        return of(owner, Set.of(methods));
    }

    private static DeletingCall of(String owner, Set<String> methods) {
        return new DeletingCall(owner, methods, false);
    }

    private static DeletingCall marking(String owner, Set<String> methods) {
        return new DeletingCall(owner, methods, true);
    }

    /** By where the method is declared: a subtype may have another one of the same name. */
    boolean isOf(AccessTarget.CodeUnitAccessTarget target) {
        JavaClass declaredIn =
                target.resolveMember().map(member -> member.getOwner()).orElse(target.getOwner());
        return methods.contains(target.getName())
                && (declaredIn.isAssignableTo(owner) || (owner.equals(REPOSITORY) && isRepository(declaredIn)));
    }

    /** Whether Spring Data makes the methods of this interface. */
    static boolean isRepository(JavaClass type) {
        return type.isInterface() && (type.isAssignableTo(REPOSITORY) || type.isAnnotatedWith(REPOSITORY_DEFINITION));
    }

    /** As {@code JpaRepository.deleteAllInBatch()}, with the types of the parameters. */
    String words(AccessTarget.CodeUnitAccessTarget target) {
        return owner.substring(owner.lastIndexOf('.') + 1) + "." + target.getName() + "("
                + String.join(
                        ", ",
                        target.getRawParameterTypes().stream()
                                .map(JavaClass::getSimpleName)
                                .toList())
                + ")";
    }
}
