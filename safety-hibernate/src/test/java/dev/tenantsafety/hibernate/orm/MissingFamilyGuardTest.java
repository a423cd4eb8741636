package dev.tenantsafety.hibernate.orm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenantsafety.hibernate.FamilyHistory;
import dev.tenantsafety.hibernate.FamilyWorld;
import dev.tenantsafety.hibernate.World;
import dev.tenantsafety.testing.Database;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guards that {@link FamilyHistory} notices when they are taken out. */
@Tag("missing-guards")
class MissingFamilyGuardTest {

    private static final int HISTORIES = 300;

    /** Each of them keeps something that no other does. */
    enum Check {
        CHILDREN_THAT_ARE_HANDED_ON(SessionMarks.class, "isHandedOn"),
        TOMBSTONES_THAT_ARE_CLEARED(SessionMarks.class, "keepTombstone"),
        MARKS_BEFORE_INSERTS(SessionMarks.class, "writeBeforeInserts"),
        LOCKS_OF_MARKED(AliveLocks.class, "check"),
        WHAT_INTERCEPTORS_WRITE(InterceptedListener.class, "check"),
        LAZY_PARTNERS(LazyAttribute.class, "isPartner");

        private final Class<?> type;
        private final String method;

        Check(Class<?> type, String method) {
            this.type = type;
            this.method = method;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNoticedByRandomHistories(Check check) {
        boolean isEnhanced = Boolean.getBoolean("tests.enhanced");
        assumeTrue(check != Check.LAZY_PARTNERS || isEnhanced, "of other classes Hibernate reads a partner by a query");
        assumeTrue(
                check != Check.CHILDREN_THAT_ARE_HANDED_ON || !isEnhanced,
                "of enhanced classes Hibernate alone loses to whom children are handed");
        try (Skipped skipped = Skipped.nothing()) {
            skipped.skip(check.type, check.method);
            // H2 has no key of those that are alive
            try (World world =
                    FamilyWorld.on(check == Check.MARKS_BEFORE_INSERTS ? Database.POSTGRESQL : Database.H2)) {
                TakenOut.of(world.safe.unwrap(SessionFactoryImplementor.class));
                isNoticed(world);
            }
        }
    }

    @Test
    void loadsOfTheAuditLogAreNoticed() {
        try (World world = FamilyWorld.on(Database.H2)) {
            SessionFactoryImplementor factory = world.safe.unwrap(SessionFactoryImplementor.class);
            TakenOut.auditedLoads(factory);
            isNoticed(world);
        }
    }

    private static void isNoticed(World world) {
        assertThatThrownBy(() -> {
                    for (long seed = 0; seed < HISTORIES; seed++) {
                        FamilyHistory.play(seed, world);
                    }
                })
                .as("%s histories without it", HISTORIES)
                .isInstanceOfAny(AssertionError.class, RuntimeException.class);
    }
}
