package dev.tenantsafety.samples.helpdesk;

import dev.tenantsafety.hibernate.OwnedThrough;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;

/** Who works on which project. */
@Entity
@OwnedThrough("project")
public class Membership {

    /** A user and a project. */
    @Embeddable
    public record Key(
            @Column(name = "user_id") UserId user,
            @Column(name = "project_id") ProjectId project) {}

    @EmbeddedId
    Key key;

    @MapsId("user")
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "user_id")
    AppUser user;

    @MapsId("project")
    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    @JoinColumn(name = "project_id")
    Project project;

    @Column(name = "member_role")
    String role;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it in
    protected Membership() {}
}
