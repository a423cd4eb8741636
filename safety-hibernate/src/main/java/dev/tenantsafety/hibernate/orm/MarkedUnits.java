package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TypedId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/**
 * A unit whose own row is marked cannot be entered. What was found open is taken for open for a second, so that a busy service
 * does not ask once per transaction; a mark made in this process is noticed at once, one made elsewhere within that second.
 */
final class MarkedUnits {

    private static final long OPEN_FOR = Duration.ofSeconds(1).toNanos();
    private static final int KEPT = 10_000;

    private final Map<TypedId<?>, Seen> seenOpen = new ConcurrentHashMap<>();

    /** How often something was marked in this process. What was seen before the last time is not known any more. */
    private final AtomicLong marks = new AtomicLong();

    /** When a unit was seen open, and after how many marks. */
    private record Seen(long at, long marks) {}

    void check(List<UnitTable> tables, SharedSessionContractImplementor session, List<TypedId<?>> owners) {
        for (UnitTable table : tables) {
            for (TypedId<?> owner : owners) {
                if (owner.kind().equals(table.kind()) && !wasSeenOpen(owner)) {
                    check(table, session, owner);
                }
            }
        }
    }

    private boolean wasSeenOpen(TypedId<?> owner) {
        Seen seen = seenOpen.get(owner);
        return seen != null && seen.marks() == marks.get() && System.nanoTime() - seen.at() < OPEN_FOR;
    }

    private void check(UnitTable table, SharedSessionContractImplementor session, TypedId<?> owner) {
        Seen asked = new Seen(System.nanoTime(), marks.get());
        table.marks().forEach((what, sql) -> check(session, what, sql, owner));
        if (seenOpen.size() >= KEPT) {
            seenOpen.clear();
        }
        seenOpen.put(owner, asked);
    }

    private static void check(SharedSessionContractImplementor session, String what, String sql, TypedId<?> owner) {
        UUID deletion = Statements.first(session, sql, owner);
        if (deletion != null) {
            throw new MarkedException("The scope of " + owner + " cannot be entered: " + what + " " + owner
                    + " was deleted by " + new DeletionId(deletion)
                    + ", and with it all that it owns is out of reach. Undo that deletion to bring it back, or "
                    + "look at it with IncludeDeleted.because(\"…\").");
        }
    }

    /** Something was marked: look again. */
    void forget() {
        marks.incrementAndGet();
        seenOpen.clear();
    }
}
