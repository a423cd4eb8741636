package dev.tenantsafety.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How scopes travel to other threads, and that they do not where nobody sends them. */
class OpenScopeTest {

    private final TenantId tenant = TenantId.create();
    private final TenantScope scope = TenantScope.of(tenant);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();

    @AfterEach
    void nothingStaysOnThePool() throws Exception {
        assertThat(pool.submit(() -> OpenScope.current()).get()).isSameAs(OpenScope.nothing());
        pool.shutdownNow();
        assertThat(OpenScope.current()).isSameAs(OpenScope.nothing());
    }

    @Test
    void isNotInherited() throws Exception {
        AtomicReference<Optional<TenantScope>> seen = new AtomicReference<>();
        scope.run(() -> {
            Thread thread = new Thread(() -> seen.set(TenantScope.current()));
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(seen.get()).isEmpty();
    }

    @Test
    void isTakenAlongByWrappedWork() throws Exception {
        Runnable run = scope.call(() ->
                OpenScope.current().wrap(() -> assertThat(TenantScope.require()).isEqualTo(scope)));
        Callable<TenantScope> call = scope.call(() -> OpenScope.current().wrapCall(TenantScope::require));
        pool.submit(run).get();
        assertThat(pool.submit(call).get()).isEqualTo(scope);
    }

    @Test
    void aWrappedTaskReplacesWhatIsOpenWhereItRuns() throws Exception {
        Callable<TenantScope> ours = scope.call(() -> OpenScope.current().wrapCall(TenantScope::require));
        TenantScope other = TenantScope.of(TenantId.create());
        assertThat(other.<TenantScope, Exception>call(ours::call)).isEqualTo(scope);
        Callable<Optional<TenantScope>> none = OpenScope.current().wrapCall(TenantScope::current);
        assertThat(other.<Optional<TenantScope>, Exception>call(none::call)).isEmpty();
    }

    @Test
    void anExecutorCarriesTheScopeOfEachSubmitter() throws Exception {
        ExecutorService carrying = OpenScope.carriedBy(pool);
        TenantScope second = TenantScope.of(TenantId.create());
        assertThat(scope.<TenantScope, Exception>call(
                        () -> carrying.submit(() -> TenantScope.require()).get()))
                .isEqualTo(scope);
        assertThat(second.<List<TenantScope>, Exception>call(() -> List.of(
                        carrying.invokeAll(List.<Callable<TenantScope>>of(TenantScope::require))
                                .get(0)
                                .get(),
                        carrying.invokeAny(List.<Callable<TenantScope>>of(TenantScope::require)),
                        CompletableFuture.supplyAsync(TenantScope::require, carrying)
                                .get())))
                .containsOnly(second);
        assertThat(carrying.submit(() -> TenantScope.current()).get()).isEmpty();
    }

    @Test
    void closingTheCarryingExecutorClosesTheOneBehindIt() throws Exception {
        ExecutorService behind = Executors.newSingleThreadExecutor();
        ExecutorService carrying = OpenScope.carriedBy(behind);
        carrying.shutdown();
        assertThat(carrying.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(behind.isTerminated()).isTrue();
        assertThat(carrying.isShutdown() && carrying.isTerminated()).isTrue();
        assertThatThrownBy(() -> carrying.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        assertThat(carrying.shutdownNow()).isEmpty();
    }

    @Test
    void travelsToVirtualThreadsWhereThereAreAny() throws Exception {
        ExecutorService threads = Runtime.version().feature() < 21
                ? Executors.newCachedThreadPool()
                : (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
        ExecutorService carrying = OpenScope.carriedBy(threads);
        try {
            assertThat(scope.<TenantScope, Exception>call(
                            () -> carrying.submit(() -> TenantScope.require()).get()))
                    .isEqualTo(scope);
            assertThat(carrying.submit(() -> TenantScope.current()).get()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void travelsWithContextPropagation() throws Exception {
        ContextSnapshotFactory factory = ContextSnapshotFactory.builder()
                .contextRegistry(new ContextRegistry().loadThreadLocalAccessors())
                .clearMissing(true)
                .build();
        Callable<TenantScope> work =
                scope.call(() -> factory.captureAll().wrap((Callable<TenantScope>) TenantScope::require));
        assertThat(pool.submit(work).get()).isEqualTo(scope);
        Callable<Optional<TenantScope>> without =
                factory.captureAll().wrap((Callable<Optional<TenantScope>>) TenantScope::current);
        assertThat(scope.<Optional<TenantScope>, Exception>call(without::call)).isEmpty();
    }
}
