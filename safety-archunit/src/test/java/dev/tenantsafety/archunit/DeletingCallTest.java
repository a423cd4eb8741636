package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names in the table are those of the libraries: a class that was renamed would be found no more, without a word. */
class DeletingCallTest {

    @Test
    void eachNameIsThatOfItsLibrary() {
        Set<String> missing = new TreeSet<>();
        for (DeletingCall call : Stream.of(
                        DeletingCall.OF_PERSISTENCE,
                        DeletingCall.OF_SPRING_DATA,
                        DeletingCall.OF_JOOQ,
                        DeletingCall.OF_MYBATIS,
                        DeletingCall.OF_MIGRATIONS)
                .flatMap(List::stream)
                .toList()) {
            try {
                List<String> there = Arrays.stream(Class.forName(call.owner()).getMethods())
                        .map(Method::getName)
                        .toList();
                call.methods().stream()
                        .filter(method -> !there.contains(method))
                        .forEach(method -> missing.add(call.owner() + "." + method));
            } catch (ClassNotFoundException | NoClassDefFoundError e) {
                missing.add(call.owner());
            }
        }
        missing.removeIf(name -> name.startsWith(DeletingCall.REPOSITORY + ".")); // declared by users
        assertThat(missing)
                .as("of versions and libraries that are not on the class path of these tests")
                .containsExactly(
                        "javax.persistence.EntityManager",
                        "javax.persistence.criteria.CriteriaBuilder",
                        "liquibase.Liquibase",
                        "org.hibernate.Session.delete",
                        "org.springframework.data.jdbc.core.JdbcAggregateOperations",
                        "org.springframework.data.r2dbc.core.R2dbcEntityOperations",
                        "org.springframework.data.r2dbc.core.ReactiveDeleteOperation",
                        "org.springframework.data.repository.reactive.ReactiveCrudRepository",
                        "org.springframework.data.repository.reactive.RxJava3CrudRepository");
    }
}
