package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CascadeType;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Not versioned, with every kind of collection. */
@Entity
public class Project implements SoftDeletable {
    @Id
    public ProjectId id = ProjectId.create();

    @OwnedBy
    public @Nullable TenantId tenant;

    public @Nullable SiteId site;

    @ManyToOne(fetch = FetchType.LAZY)
    public @Nullable Site home;

    public String name = "";

    @OneToMany(mappedBy = "project", cascade = CascadeType.ALL, orphanRemoval = true)
    public List<Ticket> tickets = new ArrayList<>();

    /** The link is a column of the other table that only this side knows. */
    @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
    @JoinColumn(name = "project_id")
    public Set<Milestone> milestones = new HashSet<>();

    @ElementCollection
    public Set<String> tags = new HashSet<>();

    @ManyToMany
    public Set<Label> labels = new HashSet<>();

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Project() {}

    public Project(String name) {
        this.name = name;
    }

    public Ticket ticket(String title) {
        Ticket ticket = new Ticket(this, title);
        tickets.add(ticket);
        return ticket;
    }
}
