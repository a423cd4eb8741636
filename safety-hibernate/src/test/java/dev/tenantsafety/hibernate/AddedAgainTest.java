package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.CreationTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A row whose key is made of others' is removed, and one with the same key is added. */
@ParameterizedClass
@EnumSource(Database.class)
class AddedAgainTest extends WorldTest {

    @Embeddable
    record Key(ProjectId team, LabelId member) {}

    @Entity(name = "Membership")
    static class Membership implements SoftDeletable {
        @EmbeddedId
        @Nullable
        Key key;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Version
        long version;

        String role = "";

        @CreationTimestamp
        java.time.@Nullable Instant since;

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Membership() {}

        Membership(Key key, String role) {
            this.key = key;
            this.role = role;
        }
    }

    @Entity(name = "Account")
    static class Account {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Profile")
    @OwnedThrough("account")
    static class Profile implements SoftDeletable {
        @Id
        @Nullable
        ProjectId id;

        @MapsId
        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Account account;

        String name = "";

        @Embedded
        @Nullable
        Tombstone tombstone;

        protected Profile() {}

        Profile(Account account, String name) {
            this.account = account;
            this.name = name;
        }
    }

    private final Key key = new Key(ProjectId.create(), LabelId.create());
    private final Account account = new Account();

    AddedAgainTest(Database database) {
        super(new World(database, List.of(Membership.class, Account.class, Profile.class), Map.of()));
        inA(em -> {
            em.persist(new Membership(key, "first"));
            em.persist(account);
            em.persist(new Profile(account, "first"));
        });
    }

    @Test
    @Shows(
            "`persist` of a new instance with the key of one that the same transaction removed (an `@Id` that the program sets, `@EmbeddedId`, `@IdClass`, `@MapsId`), or `merge` of a copy, or a cascade of the flush that finds one")
    void inTheSameTransactionTheMarkIsTakenBack() {
        for (boolean isFlushed : new boolean[] {false, true}) {
            inA(em -> {
                Profile profile = em.find(Profile.class, account.id);
                em.remove(profile);
                em.remove(em.find(Membership.class, key));
                if (isFlushed) {
                    em.flush();
                }
                Membership added = new Membership(key, "again " + isFlushed);
                em.persist(added);
                em.persist(new Profile(em.find(Account.class, account.id), "again " + isFlushed));
                assertThat(em.find(Membership.class, key)).isSameAs(added);
            });
            assertThat(world.rows("select role from membership where deleted_at is null and since is not null"))
                    .containsExactly("again " + isFlushed + " | ");
            assertThat(world.rows("select name from profile where deleted_at is null"))
                    .containsExactly("again " + isFlushed + " | ");
        }
        assertThat(world.count("tenant_safety_deletion")).isZero();
    }

    @Test
    @Shows("the same in a later transaction")
    void inALaterTransactionItIsRefusedWithTheNextStep() {
        DeletionId deletion = world.get(a, em -> Deletions.of(em).because("left", () -> {
            em.remove(em.find(Membership.class, key));
            em.remove(em.find(Profile.class, account.id));
        }));
        assertThatThrownBy(() -> inA(em -> em.persist(new Membership(key, "again"))))
                .rootCause()
                .isInstanceOf(MarkedException.class)
                .hasMessage(
                        "Membership " + key + " cannot be inserted: a row with this key was deleted by " + deletion
                                + " and keeps it. Undo that deletion with Deletions.of(entityManager).undo(…), and change the row; or use another key.");
        assertThatThrownBy(() -> inA(em -> em.persist(new Profile(em.find(Account.class, account.id), "again"))))
                .rootCause()
                .isInstanceOf(MarkedException.class)
                .hasMessageContaining(deletion.toString());
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> em.find(Membership.class, key).role = "again");
        assertThat(world.rows("select role from membership where deleted_at is null"))
                .containsExactly("again | ");
    }

    @Test
    void manyNewOnesAreInserted() {
        inA(em -> {
            em.remove(em.find(Membership.class, key));
            for (int i = 0; i < 300; i++) {
                em.persist(new Membership(new Key(key.team(), LabelId.create()), "new"));
            }
        });
        assertThat(world.count("membership where deleted_at is null")).isEqualTo(300);
    }
}
