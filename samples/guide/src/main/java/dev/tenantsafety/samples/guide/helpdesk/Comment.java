package dev.tenantsafety.samples.guide.helpdesk;

import static jakarta.persistence.FetchType.LAZY;

import dev.tenantsafety.hibernate.OwnedThrough;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

// spotless:off
@Entity @OwnedThrough("ticket")                               // owned by the ticket's owner
public class Comment {
    @Id CommentId id = CommentId.create();
    @ManyToOne(optional = false, fetch = LAZY) Ticket ticket;
    String text;
    // spotless:on

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Comment() {}

    public Comment(Ticket ticket, String text) {
        this.ticket = ticket;
        this.text = text;
    }
}
