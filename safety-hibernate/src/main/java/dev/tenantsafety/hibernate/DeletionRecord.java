package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.DeletionId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one deletion: who did it, when and why, and how many rows it marked. One row in our table
 * {@code tenant_safety_deletion}, which is mapped with the application's own entities, so schema tools see it.
 */
@Entity
@Unowned("deletions of all tenants stand in it")
@Table(name = "tenant_safety_deletion")
public class DeletionRecord {

    /** The longest reason, in characters. */
    public static final int LONGEST_REASON = 1000;

    /** The longest name of an actor, in characters. */
    public static final int LONGEST_ACTOR = 255;

    /** The longest list of what was marked, in characters; a longer one ends in "…". */
    public static final int LONGEST_COUNTS = 4000;

    @Id
    private DeletionId id;

    @Column(name = "deleted_by", nullable = false, length = LONGEST_ACTOR)
    private String actor;

    @Column(name = "reason", length = LONGEST_REASON)
    private @Nullable String reason;

    @Column(name = "deleted_at", nullable = false)
    private Instant at;

    @Column(name = "scope", nullable = false, length = LONGEST_REASON)
    private String scope;

    @Column(name = "marked", nullable = false, length = LONGEST_COUNTS)
    private String marked;

    @Column(name = "undone_at")
    private @Nullable Instant undoneAt;

    @Column(name = "undone_by", length = LONGEST_ACTOR)
    private @Nullable String undoneBy;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected DeletionRecord() {}

    /**
     * A deletion that was done.
     *
     * @param id the deletion
     * @param actor who did it
     * @param reason why, or null if nobody said
     * @param at when
     * @param scope in whose scope, in words
     * @param marked how many rows of which entity, in words
     */
    public DeletionRecord(
            DeletionId id, String actor, @Nullable String reason, Instant at, String scope, String marked) {
        this.id = id;
        this.actor = actor;
        this.reason = reason;
        this.at = at;
        this.scope = scope;
        this.marked = marked;
    }

    /**
     * The deletion.
     *
     * @return its ID
     */
    public DeletionId id() {
        return id;
    }

    /**
     * Who did it.
     *
     * @return as the application names its users
     */
    public String actor() {
        return actor;
    }

    /**
     * Why.
     *
     * @return the reason; empty if nobody gave one
     */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * When.
     *
     * @return the time, to the microsecond
     */
    public Instant at() {
        return at;
    }

    /**
     * In whose scope.
     *
     * @return the owners, as {@link dev.tenantsafety.scope.OpenScope#toString()} names them
     */
    public String scope() {
        return scope;
    }

    /**
     * How many rows it marked.
     *
     * @return such as {@code Comment 12, Ticket 3}; empty if the deletion marked nothing
     */
    public String marked() {
        return marked;
    }

    /**
     * When it was undone.
     *
     * @return the time; empty if it stands
     */
    public Optional<Instant> undoneAt() {
        return Optional.ofNullable(undoneAt);
    }

    /**
     * Who undid it.
     *
     * @return as the application names its users; empty if it stands
     */
    public Optional<String> undoneBy() {
        return Optional.ofNullable(undoneBy);
    }

    void undone(Instant when, String by) {
        undoneAt = when;
        undoneBy = by;
    }
}
