package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the mapping says of the database's tables, and where the two disagree. */
@ParameterizedClass
@EnumSource(Database.class)
class MappedOwnershipTest extends WorldTest {

    private final MappedOwnership mapped;

    MappedOwnershipTest(Database database) {
        super(new World(database));
        mapped = MappedOwnership.of(world.safe);
    }

    private OwnershipModel model() throws SQLException {
        return OwnershipModel.read(world.source(), mapped::addTo);
    }

    @Test
    void aMappingIsAllThatIsNeeded() throws SQLException {
        OwnershipModel model = model();
        assertThat(model.kinds()).containsExactlyInAnyOrder(TenantId.KIND, SiteId.KIND);
        assertThat(model.path(model.table("comment").name(), TenantId.KIND)).isEqualTo("ticket_id → ticket.tenant");
        assertThat(model.path(model.table("project_tags").name(), TenantId.KIND))
                .isEqualTo("project_id → project.tenant");
        assertThat(model.path(model.table("project_label").name(), TenantId.KIND))
                .isEqualTo("project_id → project.tenant");
        assertThat(model.table("country").claims()).isEmpty();
        assertThat(mapped.differences(model)).isEmpty();
        inA(em -> {
            Project project = new Project("p");
            project.ticket("t").comment("c");
            project.tags.add("red");
            em.persist(project);
        });
        try (Connection connection = world.source().getConnection()) {
            assertThat(model.check(connection)).isEmpty();
        }
    }

    @Test
    void eachDifferenceIsNamed() throws SQLException {
        world.sql(
                "create table audit (id int primary key, tenant uuid)",
                "alter table label add column colour int",
                "alter table ticket drop column title",
                "alter table note add column label_id uuid references label",
                "drop table printer");
        world.sql(
                "create table other (id uuid primary key)",
                "alter table comment add column other_id uuid references other");
        OwnershipModel model = OwnershipModel.read(world.source(), rules -> rules.root("customer", TenantId.KIND)
                .root("site", SiteId.KIND)
                .ownedByColumn("tenant", TenantId.KIND)
                .ownedThroughForeignKeys()
                .ownedThrough("comment", "ticket_id")
                .ownedThrough("milestone", "project_id")
                .shared("other")
                .excluded("country", "why not"));
        assertThat(mapped.differences(model))
                .contains(
                        "Printer is mapped to the table Printer, which is not in the database.",
                        "The table audit is in the database, and no entity is mapped to it.",
                        "country (Country): the mapping says that its rows are shared; the rules say excluded.")
                .anyMatch(text -> text.startsWith(
                        "note (Note): the mapping says that its rows are owned (site by site; tenant by tenant)"
                                + "; the rules say owned (tenant by tenant)"))
                .anyMatch(text ->
                        text.matches("(?i)label \\(Label\\): the column colour is in the database, and is not mapped."))
                .anyMatch(text -> text.matches(
                        "(?i)ticket \\(Ticket\\): the column title is mapped, and is not in the database."))
                .anyMatch(
                        text -> text.matches(
                                "(?i)note \\(Note\\): the foreign key of label_id to label is in the database, and is not mapped."));
    }
}
