package dev.tenantsafety.hibernate.orm;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners and such, and half of the checks. Takes long. */
@Tag("missing-guards")
class MissingGuardTest {

    static List<MissingGuards.Check> half() {
        return MissingGuards.half(0);
    }

    @ParameterizedTest
    @EnumSource
    void isNoticedByRandomHistories(MissingGuards.Guard guard) throws ReflectiveOperationException {
        MissingGuards.isNoticedByRandomHistories(guard);
    }

    @ParameterizedTest
    @MethodSource("half")
    void isNoticedByRandomHistories(MissingGuards.Check check) {
        MissingGuards.isNoticedByRandomHistories(check);
    }
}
