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

    private static final String CONSTRUCTOR = "<init>";

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
    static final List<DeletingCall> OF_MYBATIS = List.of(
            of("org.apache.ibatis.session.SqlSession", "delete"),
            of("org.apache.ibatis.jdbc.AbstractSQL", "DELETE_FROM"));

    /** Of Panache and of Micronaut's repositories. */
    private static final Set<String> ONE_OR_ALL = Set.of("delete", "deleteById", "deleteAll");

    private static final String PANACHE = "io.quarkus.hibernate.orm.panache.";
    private static final String REACTIVE_PANACHE = "io.quarkus.hibernate.reactive.panache.";
    private static final String MONGO_PANACHE = "io.quarkus.mongodb.panache.";

    private static final Set<String> OF_EBEAN =
            Set.of("delete", "deletePermanent", "deleteAll", "deleteAllPermanent", "truncate");

    private static final String MICRONAUT = "io.micronaut.data.repository.";

    private static final String MYBATIS_PLUS = "com.baomidou.mybatisplus.";
    private static final Set<String> OF_MYBATIS_PLUS_SERVICES =
            Set.of("remove", "removeById", "removeByIds", "removeByMap", "removeBatchByIds");

    private static final Set<String> OF_MONGO_TEMPLATES =
            Set.of("remove", "findAndRemove", "findAllAndRemove", "dropCollection");
    private static final Set<String> OF_MONGO_COLLECTIONS =
            Set.of("deleteOne", "deleteMany", "findOneAndDelete", "drop");

    static final String MICRONAUT_REPOSITORY = MICRONAUT + "GenericRepository";
    static final String MICRONAUT_ANNOTATION = "io.micronaut.data.annotation.Repository";
    static final String JAKARTA_DELETE = "jakarta.data.repository.Delete";

    /** Of other libraries; a constructor goes by the name that it has in class files. */
    static final List<DeletingCall> OF_OTHERS = List.of(
            of("java.sql.ResultSet", "deleteRow"),
            // Quarkus
            of(PANACHE + "PanacheEntityBase", ONE_OR_ALL),
            of(PANACHE + "PanacheRepositoryBase", ONE_OR_ALL),
            of(PANACHE + "kotlin.PanacheEntityBase", ONE_OR_ALL),
            of(PANACHE + "kotlin.PanacheCompanionBase", ONE_OR_ALL),
            of(PANACHE + "kotlin.PanacheRepositoryBase", ONE_OR_ALL),
            of(REACTIVE_PANACHE + "PanacheEntityBase", ONE_OR_ALL),
            of(REACTIVE_PANACHE + "PanacheRepositoryBase", ONE_OR_ALL),
            of(MONGO_PANACHE + "PanacheMongoEntityBase", ONE_OR_ALL),
            of(MONGO_PANACHE + "PanacheMongoRepositoryBase", ONE_OR_ALL),
            // Hibernate Reactive
            of("org.hibernate.reactive.mutiny.Mutiny$Session", "remove", "removeAll"),
            of("org.hibernate.reactive.mutiny.Mutiny$StatelessSession", "delete", "deleteAll"),
            of("org.hibernate.reactive.stage.Stage$Session", "remove"),
            of("org.hibernate.reactive.stage.Stage$StatelessSession", "delete"),
            // Ebean
            of("io.ebean.Model", "delete", "deletePermanent"),
            of("io.ebean.Database", OF_EBEAN),
            of("io.ebean.DB", OF_EBEAN),
            of("io.ebean.Finder", "deleteById"),
            of("io.ebean.BeanRepository", "delete", "deletePermanent", "deleteAll"),
            of("io.ebean.QueryBuilder", "delete"),
            of("io.ebean.ExpressionList", "delete"),
            // QueryDSL
            of("com.querydsl.core.dml.DeleteClause", "execute"),
            of("com.querydsl.jpa.JPQLQueryFactory", "delete"),
            of("com.querydsl.sql.SQLCommonQueryFactory", "delete"),
            // Blaze-Persistence
            of("com.blazebit.persistence.CriteriaBuilderFactory", "delete", "deleteCollection"),
            of("com.blazebit.persistence.view.EntityViewManager", "remove"),
            // Micronaut Data and Jakarta Data
            of(MICRONAUT + "CrudRepository", ONE_OR_ALL),
            of(MICRONAUT + "async.AsyncCrudRepository", ONE_OR_ALL),
            of(MICRONAUT + "reactive.ReactiveStreamsCrudRepository", ONE_OR_ALL),
            of(MICRONAUT + "kotlin.CoroutineCrudRepository", ONE_OR_ALL),
            of(MICRONAUT + "jpa.JpaSpecificationExecutor", "deleteAll"),
            of("io.micronaut.data.operations.RepositoryOperations", "delete", "deleteAll"),
            of("jakarta.data.repository.BasicRepository", "delete", "deleteById", "deleteAll"),
            // MyBatis-Plus
            of(
                    MYBATIS_PLUS + "core.mapper.BaseMapper",
                    "delete",
                    "deleteById",
                    "deleteByIds",
                    "deleteByMap",
                    "deleteBatchIds"),
            of(MYBATIS_PLUS + "extension.service.IService", OF_MYBATIS_PLUS_SERVICES),
            of(MYBATIS_PLUS + "extension.repository.IRepository", OF_MYBATIS_PLUS_SERVICES),
            of(MYBATIS_PLUS + "extension.activerecord.Model", "delete", "deleteById"),
            of(MYBATIS_PLUS + "extension.activerecord.AbstractModel", "delete", "deleteById"),
            of(MYBATIS_PLUS + "extension.toolkit.Db", "remove", "removeById", "removeByIds", "removeByMap"),
            // EclipseLink
            of("org.eclipse.persistence.sessions.UnitOfWork", "deleteObject", "deleteAllObjects"),
            of("org.eclipse.persistence.queries.DeleteObjectQuery", CONSTRUCTOR),
            of("org.eclipse.persistence.queries.DeleteAllQuery", CONSTRUCTOR),
            // Exposed, of which the calls are inlined
            of(
                    "org.jetbrains.exposed.sql.QueriesKt",
                    "deleteWhere",
                    "deleteIgnoreWhere",
                    "deleteAll",
                    "deleteReturning"),
            of("org.jetbrains.exposed.sql.statements.DeleteStatement", CONSTRUCTOR),
            of("org.jetbrains.exposed.sql.statements.DeleteStatement$Companion", "where", "all"),
            of("org.jetbrains.exposed.dao.Entity", "delete"),
            of(
                    "org.jetbrains.exposed.v1.jdbc.QueriesKt",
                    "deleteWhere",
                    "deleteIgnoreWhere",
                    "deleteAll",
                    "deleteReturning"),
            of("org.jetbrains.exposed.v1.core.statements.DeleteStatement", CONSTRUCTOR),
            of("org.jetbrains.exposed.v1.dao.Entity", "delete"),
            // MongoDB
            of(SPRING_DATA + "mongodb.core.MongoOperations", OF_MONGO_TEMPLATES),
            of(SPRING_DATA + "mongodb.core.ReactiveMongoOperations", OF_MONGO_TEMPLATES),
            of(SPRING_DATA + "mongodb.core.ExecutableRemoveOperation", "remove"),
            of(SPRING_DATA + "mongodb.core.ReactiveRemoveOperation", "remove"),
            of("com.mongodb.client.MongoCollection", OF_MONGO_COLLECTIONS),
            of("com.mongodb.client.MongoDatabase", "drop"),
            of("com.mongodb.reactivestreams.client.MongoCollection", OF_MONGO_COLLECTIONS),
            of("com.mongodb.reactivestreams.client.MongoDatabase", "drop"),
            // JDO
            of("javax.jdo.PersistenceManager", "deletePersistent", "deletePersistentAll"),
            of("javax.jdo.Query", "deletePersistentAll"));

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
