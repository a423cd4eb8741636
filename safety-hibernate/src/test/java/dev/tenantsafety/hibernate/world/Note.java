package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Owned on two levels, and really deleted. */
@Entity
public class Note {
    @Id
    @GeneratedValue
    public @Nullable UUID id;

    @OwnedBy
    public @Nullable TenantId tenant;

    @OwnedBy
    public @Nullable SiteId site;

    public String text = "";

    @ElementCollection
    public Set<String> tags = new HashSet<>();

    protected Note() {}

    public Note(SiteId site, String text) {
        this.site = site;
        this.text = text;
    }
}
