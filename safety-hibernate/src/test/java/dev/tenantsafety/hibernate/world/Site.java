package dev.tenantsafety.hibernate.world;

import dev.tenantsafety.hibernate.OwnedBy;
import dev.tenantsafety.hibernate.SoftDeletable;
import dev.tenantsafety.hibernate.Tombstone;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a tenant, which owns rows too. */
@Entity
public class Site implements SoftDeletable {
    @Id
    public SiteId id = SiteId.create();

    @OwnedBy
    public @Nullable TenantId tenant;

    public String name = "";

    /** A cascade from a unit, which a mark of the unit does not follow. */
    @OneToMany(mappedBy = "home", cascade = CascadeType.ALL)
    public List<Project> projects = new ArrayList<>();

    @Embedded
    public @Nullable Tombstone tombstone;

    protected Site() {}

    public Site(SiteId id, String name) {
        this.id = id;
        this.name = name;
    }
}
