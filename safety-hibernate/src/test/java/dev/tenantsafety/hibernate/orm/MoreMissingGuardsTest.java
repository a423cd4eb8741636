package dev.tenantsafety.hibernate.orm;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The other half of the checks. Takes long. */
@Tag("missing-guards")
class MoreMissingGuardsTest {

    static List<MissingGuards.Check> half() {
        return MissingGuards.half(1);
    }

    @ParameterizedTest
    @MethodSource("half")
    void isNoticedByRandomHistories(MissingGuards.Check check) {
        MissingGuards.isNoticedByRandomHistories(check);
    }
}
