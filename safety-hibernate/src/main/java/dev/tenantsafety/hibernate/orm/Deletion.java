package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.DeletionId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A deletion under way: what it marks, and how much so far. */
public final class Deletion {

    private final @Nullable String reason;
    private final Tombstone tombstone;
    private final Map<String, Integer> counts = new TreeMap<>();

    Deletion(String actor, @Nullable String reason) {
        this.reason = reason;
        // Microseconds are what databases keep: what is in memory is what will be read.
        tombstone = new Tombstone(Instant.now().truncatedTo(ChronoUnit.MICROS), actor, DeletionId.create());
    }

    /**
     * The deletion.
     *
     * @return its ID
     */
    public DeletionId id() {
        return tombstone.deletionId();
    }

    Tombstone tombstone() {
        return tombstone;
    }

    void marked(EntityGuard guard, int rows) {
        counts.merge(guard.name(), rows, Integer::sum);
    }

    boolean hasMarked() {
        return counts.values().stream().anyMatch(count -> count > 0);
    }

    DeletionRecord record(String scope) {
        String marked = counts.entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .map(count -> count.getKey() + " " + count.getValue())
                .collect(Collectors.joining(", "));
        return new DeletionRecord(
                id(),
                tombstone.deletedBy(),
                reason,
                tombstone.deletedAt(),
                cut(scope, DeletionRecord.LONGEST_REASON),
                cut(marked, DeletionRecord.LONGEST_COUNTS));
    }

    /** A deletion does not fail for its record being long-winded. */
    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
