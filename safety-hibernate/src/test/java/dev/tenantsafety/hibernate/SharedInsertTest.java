package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** HQL INSERT of a shared entity: its own columns, and no references to rows that somebody owns. */
@ParameterizedClass
@EnumSource(Database.class)
class SharedInsertTest extends WorldTest {

    @Entity(name = "Region")
    @Shared("a catalog")
    static class Region {
        @Id
        long id;

        String name = "";

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Agent agent;

        @ManyToOne(fetch = FetchType.LAZY)
        @Nullable
        Region parent;
    }

    @Entity(name = "Agent")
    static class Agent {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    SharedInsertTest(Database database) {
        super(new World(database, List.of(Region.class, Agent.class), Map.of()));
    }

    @BeforeEach
    void agentOfB() {
        Agent agent = new Agent();
        agent.id = 7;
        world.in(b, em -> em.persist(agent));
        world.sql("insert into Region (id, name, agent_id) values (1, 'x', 7)");
    }

    @Test
    @Shows("HQL INSERT of a `@Shared` or `@Unowned` entity that sets a reference to an owned one")
    void setsNoReferenceToAnOwnedRow() {
        for (String hql : List.of(
                "insert into Region (id, name, agent.id) values (2, 'y', 7)",
                "insert into Region (id, name, agent) select 2, 'y', r.agent from Region r where r.id = 1",
                "insert into Region (id, name) values (1, 'y') on conflict (id) do update set agent = "
                        + "(select r.agent from Region r where r.id = 1)")) {
            assertThatThrownBy(() -> inA(em -> em.createQuery(hql).executeUpdate()))
                    .as(hql)
                    .hasMessageContaining(
                            "A bulk INSERT into Region could point its agent at what is not in the open scope. "
                                    + "Persist entities, which is checked.");
        }
        assertThat(world.count("Region")).isEqualTo(1);
    }

    @Test
    void setsItsOwnColumns() {
        inA(em -> {
            em.createQuery("insert into Region (id, name, parent.id) values (2, 'y', 1)")
                    .executeUpdate();
            em.createQuery(
                            "insert into Region (id, name) values (2, 'z') on conflict (id) do update set name = excluded.name")
                    .executeUpdate();
        });
        assertThat(world.rows("select id, name, parent_id from Region where id = 2"))
                .containsExactly("2 | z | 1 | ");
    }
}
