package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedThrough;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request. */
@Entity
@OwnedThrough("project")
public class Ticket implements SoftDeletable {

    @Id
    TicketId id;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "project_id")
    Project project;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "step_id")
    WorkflowStep step;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "reporter_id")
    AppUser reporter;

    @Nullable
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "assignee_id")
    AppUser assignee;

    @Column(name = "ticket_number")
    int number;

    String title;

    String body;

    @Column(name = "created_at")
    Instant createdAt;

    @Version
    int version;

    @ManyToMany
    @JoinTable(
            name = "ticket_label",
            joinColumns = @JoinColumn(name = "ticket_id"),
            inverseJoinColumns = @JoinColumn(name = "label_id"))
    Set<Label> labels = new HashSet<>();

    @Embedded
    @Nullable
    Tombstone tombstone;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Ticket() {}
}
