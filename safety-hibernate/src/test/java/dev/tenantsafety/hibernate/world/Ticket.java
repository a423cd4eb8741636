package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Versioned. */
@Entity
public class Ticket implements SoftDeletable {
    @Id
    public TicketId id = TicketId.create();

    @OwnedBy
    public @Nullable TenantId tenant;

    @Version
    public int version;

    public String title = "";

    @ManyToOne(fetch = FetchType.LAZY)
    public @Nullable Project project;

    @OneToMany(mappedBy = "ticket", cascade = CascadeType.ALL, orphanRemoval = true)
    public List<Comment> comments = new ArrayList<>();

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Ticket() {}

    public Ticket(Project project, String title) {
        this.project = project;
        this.title = title;
    }

    public Comment comment(String text) {
        Comment comment = new Comment(this, text);
        comments.add(comment);
        return comment;
    }
}
