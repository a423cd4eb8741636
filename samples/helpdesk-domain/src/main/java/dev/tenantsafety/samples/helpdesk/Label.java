package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.id.SiteId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** A word that tickets bear. */
@Entity
public class Label {

    @Id
    LabelId id;

    @OwnedBy
    @Nullable
    @Column(name = "site_id")
    SiteId site;

    String name;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Label() {}
}
