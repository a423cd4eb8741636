package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import org.jspecify.annotations.Nullable;

/** Owned by whoever owns its ticket. */
@Entity
@OwnedThrough("ticket")
public class Comment implements SoftDeletable {
    @Id
    public CommentId id = CommentId.create();

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    public @Nullable Ticket ticket;

    public String text = "";

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Comment() {}

    public Comment(Ticket ticket, String text) {
        this.ticket = ticket;
        this.text = text;
    }
}
