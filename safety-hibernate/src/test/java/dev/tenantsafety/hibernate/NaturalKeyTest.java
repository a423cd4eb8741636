package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.AccountId;
import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.NaturalId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys that mean something stand in the way of adding the same again, while the row that had it is marked. */
class NaturalKeyTest {

    @MappedSuperclass
    abstract static class Marked implements SoftDeletable {
        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Doc")
    static class Doc extends Marked {
        @Id
        LabelId id = LabelId.create();
    }

    record Pair(LabelId left, UUID other) {}

    @Entity(name = "Member")
    static class Member extends Marked {
        @EmbeddedId
        @Nullable
        Pair pair;

        @MapsId("left")
        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Doc doc;
    }

    @Entity(name = "Detail")
    static class Detail extends Marked {
        @Id
        @Nullable
        LabelId id;

        @MapsId
        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Doc doc;
    }

    record Place(String street, long number) {}

    @Entity(name = "House")
    @IdClass(Place.class)
    static class House extends Marked {
        @Id
        String street = "";

        @Id
        long number;
    }

    @Entity(name = "Coded")
    static class Coded extends Marked {
        @Id
        String code = "";
    }

    @Entity(name = "Natural")
    static class Natural extends Marked {
        @Id
        @GeneratedValue
        @Nullable
        AccountId id;

        @NaturalId
        String slug = "";
    }

    @Entity(name = "Numbered")
    static class Numbered extends Marked {
        @Id
        @GeneratedValue
        long id;
    }

    @Entity(name = "Random")
    static class Random extends Marked {
        @Id
        UUID id = UUID.randomUUID();
    }

    @Test
    void areNamed() {
        try (World world = new World(
                Database.H2,
                List.of(
                        Doc.class,
                        Member.class,
                        Detail.class,
                        House.class,
                        Coded.class,
                        Natural.class,
                        Numbered.class,
                        Random.class),
                Map.of())) {
            String primary =
                    " is made of natural values and counts marked rows too, so a removed row cannot be added again. Add a "
                            + "generated @Id and @UniqueAlive on these attributes, or keep it where that is meant.";
            assertThat(AliveKeys.of(world.safe).blocking())
                    .containsExactlyInAnyOrder(
                            "Member: the primary key (doc_id, other) of table Member" + primary,
                            "Detail: the primary key (doc_id) of table Detail" + primary,
                            "House: the primary key (street, number) of table House" + primary,
                            "Coded: the primary key (code) of table Coded" + primary,
                            "Natural: the unique key (slug) of table Natural counts marked rows too, so a value cannot be used again "
                                    + "after a delete. Replace it by @UniqueAlive, or keep it where that is meant.");
        }
    }
}
