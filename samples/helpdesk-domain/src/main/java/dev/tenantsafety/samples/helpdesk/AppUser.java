package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.id.SiteId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** Somebody who works on a site. */
@Entity
@Table(name = "app_user")
public class AppUser {

    @Id
    UserId id;

    @OwnedBy
    @Nullable
    @Column(name = "site_id")
    SiteId site;

    String email;

    String name;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected AppUser() {}
}
