package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tenantsafety.testing.Database;
import java.util.List;
import java.util.Map;

/** Starts a session factory and gives what it was refused for. */
final class StartUp {

    private StartUp() {}

    static List<String> problems(Class<?>... entities) {
        Throwable thrown = catchThrowable(() -> new World(Database.H2, List.of(entities), Map.of()).close());
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsafeMappingException unsafe) {
                return unsafe.problems();
            }
        }
        if (thrown != null) {
            throw new AssertionError(thrown);
        }
        return List.of();
    }
}
