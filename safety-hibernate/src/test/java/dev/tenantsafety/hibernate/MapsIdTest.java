package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.ProjectId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A path that is a part of the ID: what is written is the ID, what is looked at is the reference. */
@ParameterizedClass
@EnumSource(Database.class)
class MapsIdTest {

    @Entity(name = "Project")
    static class Project {
        @Id
        ProjectId id = ProjectId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Entity(name = "Membership")
    @OwnedThrough("project")
    static class Membership {
        record Key(
                @Column(name = "project_id") ProjectId project,
                @Column(name = "user_id") UUID user) {}

        @EmbeddedId
        @Nullable
        Key key;

        @MapsId("project")
        @ManyToOne(optional = false, fetch = FetchType.LAZY)
        @JoinColumn(name = "project_id")
        @Nullable
        Project project;
    }

    @Entity(name = "Details")
    @OwnedThrough("project")
    static class Details {
        @Id
        @Nullable
        ProjectId id;

        @MapsId
        @OneToOne(optional = false, fetch = FetchType.LAZY)
        @Nullable
        Project project;
    }

    private final World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private final Project own = new Project();
    private final Project foreign = new Project();

    MapsIdTest(Database database) {
        world = new World(database, List.of(Project.class, Membership.class, Details.class), Map.of());
        world.in(a, em -> em.persist(own));
        world.in(b, em -> em.persist(foreign));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Membership membership() {
        Membership made = new Membership();
        made.key = new Membership.Key(foreign.id, UUID.randomUUID());
        made.project = own;
        return made;
    }

    private Details details() {
        Details made = new Details();
        made.id = foreign.id;
        made.project = own;
        return made;
    }

    private List<String> foreignRows() {
        return List.of(
                world.rows("select count(*) from Membership where project_id = '" + foreign.id.uuid() + "'")
                        .get(0),
                world.rows("select count(*) from Details where project_id = '" + foreign.id.uuid() + "'")
                        .get(0));
    }

    @Test
    void anotherIdThanThatOfTheReferenceIsNotWritten() {
        for (Object made : List.of(membership(), details())) {
            tried(() -> world.in(a, em -> em.persist(made)));
        }
        for (Object made : List.of(membership(), details())) {
            tried(() -> world.in(a, em -> em.merge(made)));
        }
        for (Object made : List.of(membership(), details())) {
            tried(() -> TenantScope.of(a).run(() -> World.stateless(world.safe, session -> session.insert(made))));
        }
        assertThat(foreignRows()).containsExactly("0 | ", "0 | ");
        for (Object made : List.of(membership(), details())) {
            assertThatThrownBy(() ->
                            TenantScope.of(a).run(() -> World.stateless(world.safe, session -> session.upsert(made))))
                    .isInstanceOf(ForeignRowException.class);
        }
        assertThat(foreignRows()).containsExactly("0 | ", "0 | ");
    }

    /** Refused, or written with the ID of the reference. */
    private static void tried(Runnable write) {
        try {
            write.run();
        } catch (RuntimeException e) {
            assertThat(e).hasMessageNotContaining("syntax");
        }
    }

    @Test
    void theSameIdIsWritten() {
        Membership made = new Membership();
        made.key = new Membership.Key(own.id, UUID.randomUUID());
        made.project = own;
        Details details = new Details();
        details.id = own.id;
        details.project = own;
        TenantScope.of(a)
                .run(() -> World.stateless(world.safe, session -> {
                    session.upsert(made);
                    session.upsert(details);
                    session.upsert(made);
                }));
        assertThat(world.count("Membership")).isEqualTo(1);
        assertThat(world.count("Details")).isEqualTo(1);
    }
}
