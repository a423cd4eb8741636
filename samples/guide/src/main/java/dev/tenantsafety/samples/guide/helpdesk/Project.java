package dev.tenantsafety.samples.guide.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.hibernate.UniqueAlive;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

// spotless:off
@Entity
@UniqueAlive({"tenant", "name"})                              // a name can be used again after a delete
public class Project implements SoftDeletable {
    @Id ProjectId id = ProjectId.create();
    @OwnedBy @Nullable TenantId tenant;                       // taken from the scope when the row is inserted
    String name;
    @OneToMany(mappedBy = "project", cascade = CascadeType.ALL, orphanRemoval = true)
    List<Ticket> tickets = new ArrayList<>();
    @Embedded @Nullable Tombstone tombstone;                  // deleted_at, deleted_by, deletion_id
    // spotless:on

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Project() {}

    public Project(String name) {
        this.name = name;
    }

    public ProjectId id() {
        return id;
    }

    public List<Ticket> tickets() {
        return tickets;
    }
}
