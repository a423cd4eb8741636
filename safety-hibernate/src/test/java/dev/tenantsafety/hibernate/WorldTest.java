package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.TenantId;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    /**
     * One works while the other has done its work and not committed, and may wait for it.
     *
     * @return what the second threw; null if nothing
     */
    protected @Nullable Throwable meanwhile(Consumer<EntityManager> first, Consumer<EntityManager> second) {
        CompletableFuture<@Nullable Throwable> other = new CompletableFuture<>();
        inA(em -> {
            first.accept(em);
            em.flush();
            new Thread(() -> {
                        try {
                            inA(second);
                            other.complete(null);
                        } catch (RuntimeException | Error e) {
                            other.complete(e);
                        }
                    })
                    .start();
            try {
                other.get(300, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // it waits
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
        return other.join();
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
