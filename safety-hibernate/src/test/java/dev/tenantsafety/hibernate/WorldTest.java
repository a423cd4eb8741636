package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.TenantId;
import jakarta.persistence.EntityManager;
import java.util.function.Consumer;
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

    protected static long count(EntityManager em, String entity) {
        return em.createQuery("select count(e) from " + entity + " e", Long.class)
                .getSingleResult();
    }
}
