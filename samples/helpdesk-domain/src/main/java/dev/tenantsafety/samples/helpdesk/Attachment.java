package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedThrough;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;

/** A file at a ticket. */
@Entity
@OwnedThrough("ticket")
public class Attachment {

    @Id
    AttachmentId id;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "ticket_id")
    Ticket ticket;

    String name;

    byte[] content;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Attachment() {}
}
