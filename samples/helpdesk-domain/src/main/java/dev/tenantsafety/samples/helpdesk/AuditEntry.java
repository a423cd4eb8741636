package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.id.SiteId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who did what on a site. */
@Entity
@Table(name = "audit_entry")
public class AuditEntry {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    long id;

    @OwnedBy
    @Nullable
    @Column(name = "site_id")
    SiteId site;

    String actor;

    @Column(name = "audit_action")
    String action;

    @Column(name = "happened_at")
    Instant happenedAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected AuditEntry() {}
}
