package dev.tenantsafety.hibernate;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OneToOne;
import jakarta.persistence.OrderBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.Audited;
import org.jspecify.annotations.Nullable;

/** Families: parents, children that go with them or are handed to others, and a crest, one at a time. None has a version. */
public final class FamilyWorld {

    private static final List<Class<?>> ENTITIES = List.of(Clan.class, Kin.class, Crest.class, Saga.class, Deed.class);

    private FamilyWorld() {}

    public static World on(Database database) {
        World world = new World(database, ENTITIES, Map.of());
        world.replaceablePartners("Crest");
        world.sql("alter table Crest add foreign key (clan_id) references Clan");
        return world;
    }

    /** Removes all rows, past everything. */
    static void empty(World world) {
        List.of("Deed", "Saga", "Crest", "Kin", "Clan", "tenant_safety_deletion")
                .forEach(table -> world.sql("delete from " + table));
    }

    /** A row of a tenant that can be marked. */
    @MappedSuperclass
    abstract static class Row implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;

        void clearTombstone() {
            tombstone = null;
        }
    }

    /** A parent. */
    @Entity(name = "Clan")
    static class Clan extends Row {
        @OneToMany(mappedBy = "clan", cascade = CascadeType.ALL, orphanRemoval = true)
        @OrderBy("id")
        List<Kin> kin = new ArrayList<>();

        @OneToOne(mappedBy = "clan", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Crest crest;

        /** Kin of another clan become this one's. */
        void takeIn(Kin child) {
            child.clan = this;
            kin.add(child);
        }

        void bear(@Nullable Crest now) {
            crest = now;
            if (now != null) {
                now.clan = this;
            }
        }
    }

    /** A child. */
    @Entity(name = "Kin")
    static class Kin extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Clan clan;
    }

    /** A partner, which has the foreign key. */
    @Entity(name = "Crest")
    @UniqueAlive("clan")
    static class Crest extends Row {
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Clan clan;
    }

    /** Owned, and really deleted. */
    @Entity(name = "Saga")
    static class Saga {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    /** Of which Hibernate keeps what it was; says of itself not whose it is. */
    @Entity(name = "Deed")
    @Audited
    @OwnedThrough("saga")
    static class Deed {
        @Id
        String id = "";

        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @Nullable
        Saga saga;
    }
}
