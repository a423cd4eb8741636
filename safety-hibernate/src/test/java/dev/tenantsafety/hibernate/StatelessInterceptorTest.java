package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.StatelessSessionBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An Interceptor of a stateless session, which is asked after a row was looked at. */
@ParameterizedClass
@EnumSource(Database.class)
class StatelessInterceptorTest extends WorldTest {

    @Entity(name = "Pen")
    static class Pen {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        String color = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Pen cap;
    }

    StatelessInterceptorTest(Database database) {
        super(new World(database, List.of(Pen.class), Map.of()));
    }

    private static Pen pen(long id) {
        Pen pen = new Pen();
        pen.id = id;
        return pen;
    }

    @BeforeEach
    void rows() {
        inA(em -> em.persist(pen(1)));
        world.in(b, em -> em.persist(pen(2)));
    }

    private void stamping(Stamp stamp, Consumer<StatelessSession> work) {
        TenantScope.of(a).run(() -> {
            StatelessSessionBuilder builder =
                    world.safe.unwrap(SessionFactory.class).withStatelessOptions();
            builder.interceptor(stamp);
            try (StatelessSession session = builder.openStatelessSession()) {
                session.beginTransaction();
                try {
                    work.accept(session);
                } finally {
                    if (session.getTransaction().getRollbackOnly()) {
                        session.getTransaction().rollback();
                    } else {
                        session.getTransaction().commit();
                    }
                }
            }
        });
    }

    private static Map<String, Consumer<StatelessSession>> writes() {
        Map<String, Consumer<StatelessSession>> writes = new LinkedHashMap<>();
        writes.put("insert", session -> session.insert(pen(3)));
        writes.put("update", session -> session.update(session.get(Pen.class, 1L)));
        writes.put("upsert of a new row", session -> session.upsert(pen(4)));
        writes.put("upsert", session -> session.upsert(session.get(Pen.class, 1L)));
        return writes;
    }

    @Test
    @Shows("an Interceptor of a `StatelessSession` that changes the owner of a row, or what it points at")
    void changesNeitherOwnersNorReferences() {
        List<String> before = world.rows("select * from pen order by id");
        for (Stamp stamp : List.of(new Stamp("tenant", b), new Stamp("cap", pen(2)))) {
            writes().forEach((name, write) -> assertThatThrownBy(() -> stamping(stamp, write))
                    .as("%s of %s", name, stamp.attribute())
                    .isInstanceOf(ForeignRowException.class));
        }
        assertThat(world.rows("select * from pen order by id")).isEqualTo(before);
    }

    @Test
    void mayChangeTheRest() {
        writes().forEach((name, write) -> stamping(new Stamp("color", name), write));
        assertThat(world.rows("select id, color from pen order by id"))
                .containsExactly("1 | upsert | ", "2 |  | ", "3 | insert | ", "4 | upsert of a new row | ");
    }
}
