package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.scope.IncludeDeleted;
import java.util.function.Function;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionImplementor;
import org.jspecify.annotations.Nullable;

/** Reads on the connection of a session and in its transaction, and beside it: its filters, and what it holds, stay as they are. */
final class BesideSession {

    private BesideSession() {}

    /** Reads marked rows too. */
    static <R extends @Nullable Object> R inBin(
            SessionImplementor session, String why, Function<StatelessSession, R> work) {
        return IncludeDeleted.because(why).call(() -> {
            try (StatelessSession reading =
                    session.statelessWithOptions().connection().openStatelessSession()) {
                return work.apply(reading);
            }
        });
    }
}
