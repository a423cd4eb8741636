package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.DeletionId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A deletion under way: what it marks, and how much so far. */
public final class Deletion {

    private final @Nullable String reason;
    private final DeletionId id = DeletionId.create();
    private final String actor;
    private @Nullable Instant begun;
    private final Map<String, Integer> counts = new TreeMap<>();

    Deletion(String actor, @Nullable String reason) {
        this.actor = actor;
        this.reason = reason;
    }

    /**
     * The deletion.
     *
     * @return its ID
     */
    public DeletionId id() {
        return id;
    }

    /** What marks a row, at the moment when it is removed. */
    Tombstone at(Instant moment) {
        if (begun == null) {
            begun = moment;
        }
        return new Tombstone(moment, actor, id);
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
                id,
                actor,
                reason,
                Objects.requireNonNull(begun),
                cut(scope, DeletionRecord.LONGEST_REASON),
                cut(marked, DeletionRecord.LONGEST_COUNTS));
    }

    /** A deletion does not fail for its record being long-winded. */
    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
