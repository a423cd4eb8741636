package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.SiteId;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import org.jspecify.annotations.Nullable;

/** What a team works on. */
@Entity
public class Project implements SoftDeletable {

    @Id
    ProjectId id;

    @OwnedBy
    @Nullable
    @Column(name = "site_id")
    SiteId site;

    @Column(name = "project_key")
    String key;

    String name;

    /** Each project has a main board, and each board a project. */
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "board_id")
    Board board;

    @Embedded
    @Nullable
    Tombstone tombstone;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Project() {}
}
