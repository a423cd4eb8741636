package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToOne;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One-to-ones whose foreign key the partner has, one at a time among those that are alive. */
@ParameterizedClass
@EnumSource(Database.class)
class ReplacedPartnersTest extends WorldTest {

    @Entity(name = "Jar")
    static class Jar implements SoftDeletable {
        @Id
        String id = "jar";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(mappedBy = "jar", cascade = CascadeType.ALL, orphanRemoval = true, fetch = FetchType.LAZY)
        @Nullable
        Lid lid;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Lid")
    @UniqueAlive("jar")
    static class Lid implements SoftDeletable {
        @Id
        String id = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @OneToOne(fetch = FetchType.LAZY)
        @Nullable
        Jar jar;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    ReplacedPartnersTest(Database database) {
        super(new World(database, List.of(Jar.class, Lid.class), Map.of()));
        world.replaceablePartners("Lid");
    }

    private static Lid lid(Jar jar, String id) {
        Lid lid = new Lid();
        lid.id = id;
        lid.jar = jar;
        jar.lid = lid;
        return lid;
    }

    @BeforeEach
    void rows() {
        inA(em -> {
            Jar jar = new Jar();
            lid(jar, "first");
            em.persist(jar);
        });
    }

    private static Jar jar(EntityManager em) {
        return em.find(Jar.class, "jar");
    }

    private List<String> alive() {
        return world.rows("select id from Lid where deleted_at is null order by id");
    }

    /** As Hibernate alone deletes the orphan before it inserts. */
    @Test
    void theNewOneIsInsertedAfterTheOldOneIsMarked() {
        inA(em -> {
            Jar jar = jar(em);
            assertThat(jar.lid).isNotNull();
            lid(jar, "second");
        });
        assertThat(alive()).containsExactly("second | ");
        inA(em -> {
            Lid old = jar(em).lid;
            assertThat(old).isNotNull().extracting(lid -> lid.id).isEqualTo("second");
            old.jar = null;
            lid(jar(em), "third");
        });
        assertThat(alive()).containsExactly("third | ");
        assertThat(world.rows("select id from Lid where jar_id = 'jar' order by id"))
                .as("what is marked is as it was")
                .containsExactly("first | ", "second | ", "third | ");
    }

    @Test
    void aMarkedPartnerIsNull() {
        inA(em -> em.remove(em.find(Lid.class, "first")));
        inA(em -> {
            Jar jar = jar(em);
            assertThat(jar.lid).isNull();
            lid(jar, "second");
        });
        assertThat(alive()).containsExactly("second | ");
    }

    /** The cascade looks for the partner, in bytecode-enhanced classes by a join that no filter reaches. */
    @Test
    void theOwnerOfAMarkedPartnerIsRemoved() {
        inA(em -> em.remove(em.find(Lid.class, "first")));
        inA(em -> em.remove(jar(em)));
        assertThat(world.rows("select id from Jar where deleted_at is null")).isEmpty();
    }
}
