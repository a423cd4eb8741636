package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.TenantId;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** Two tenants in one database. */
abstract class WorldTest {

    protected final World world;
    protected final TenantId a = TenantId.create();
    protected final TenantId b = TenantId.create();

    protected WorldTest(World world) {
        this.world = world;
    }

    @AfterEach
    void close() {
        world.close();
    }

    protected void inA(Consumer<EntityManager> work) {
        world.in(a, work);
    }

    /** What was thrown, and its causes. */
    protected static List<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
                .toList();
    }

    protected static long count(EntityManager em, String entity) {
        return em.createQuery("select count(e) from " + entity + " e", Long.class)
                .getSingleResult();
    }
}
