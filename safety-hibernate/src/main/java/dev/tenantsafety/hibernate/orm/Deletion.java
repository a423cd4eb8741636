package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.DeletionRecord;
import dev.tenantsafety.hibernate.DeletionRefusedException;
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
        this.actor = named(actor);
        this.reason = reason;
    }

    /** Refuses a name that the database would refuse, before anything is written. */
    static String named(String actor) {
        if (actor.length() > DeletionRecord.LONGEST_ACTOR) {
            throw new DeletionRefusedException("The name of an actor has at most " + DeletionRecord.LONGEST_ACTOR
                    + " characters, and this one has " + actor.length() + ": " + actor.substring(0, 40)
                    + "… Shorten what the setting " + SafetySettings.ACTOR + " or Deletions.by(…) gives.");
        }
        return actor;
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

    /** How many rows of which entity it marked, in words. */
    String marked() {
        return cut(
                counts.entrySet().stream()
                        .filter(count -> count.getValue() > 0)
                        .map(count -> count.getKey() + " " + count.getValue())
                        .collect(Collectors.joining(", ")),
                DeletionRecord.LONGEST_COUNTS);
    }

    DeletionRecord record(String scope) {
        return new DeletionRecord(
                id, actor, reason, Objects.requireNonNull(begun), cut(scope, DeletionRecord.LONGEST_REASON), marked());
    }

    /** A deletion does not fail for its record being long-winded. */
    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
