package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedThrough;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;

/** A view of a project. */
@Entity
@OwnedThrough("project")
public class Board {

    @Id
    BoardId id;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "project_id")
    Project project;

    String name;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Board() {}
}
