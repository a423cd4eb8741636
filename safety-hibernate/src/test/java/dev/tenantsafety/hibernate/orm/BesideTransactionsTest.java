package dev.tenantsafety.hibernate.orm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BesideTransactionsTest {

    private static final long SECOND = 1_000_000_000;

    private long now;
    private long timeout;
    private int asked;

    private final BesideTransactions beside = new BesideTransactions(() -> now);

    @SuppressWarnings("NullAway") // no method of the session is called
    private final SessionFactoryImplementor factory = proxy(SessionFactoryImplementor.class, () -> {
        asked++;
        now += timeout;
        if (timeout > 0) {
            throw new IllegalStateException("no connection");
        }
        return proxy(StatelessSession.class, () -> null);
    });

    private interface Call {
        @Nullable
        Object answer();
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> call.answer()));
    }

    private @Nullable String look() {
        return beside.look(factory, reading -> "seen");
    }

    @Test
    void aPoolThatWasFullIsAskedAgain() {
        assertThat(look()).isEqualTo("seen");
        timeout = 30 * SECOND;
        assertThat(look()).isNull();
        timeout = 0;
        now += 599 * SECOND;
        assertThat(look()).isNull();
        now += SECOND;
        assertThat(look()).isEqualTo("seen");
        assertThat(look()).isEqualTo("seen");
    }

    @Test
    void fewWaitForAConnectionThatThereIsNot() {
        timeout = SECOND;
        for (int i = 0; i < 1000; i++) {
            assertThat(look()).isNull();
            now += SECOND / 10;
        }
        assertThat(asked).isBetween(2, 6);
    }

    @Test
    void oneLooksAtATime() {
        assertThat(beside.<String>look(factory, reading -> String.valueOf(look())))
                .isEqualTo("null");
        assertThat(asked).isOne();
        assertThat(look()).isEqualTo("seen");
    }
}
