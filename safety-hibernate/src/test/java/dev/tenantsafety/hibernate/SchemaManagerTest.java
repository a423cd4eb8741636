package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Customer;
import dev.tenantsafety.testing.Database;
import org.hibernate.SessionFactory;
import org.hibernate.relational.SchemaManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session factory may do with its tables. */
@ParameterizedClass
@EnumSource(Database.class)
class SchemaManagerTest extends WorldTest {

    SchemaManagerTest(Database database) {
        super(new World(database));
    }

    @Test
    @Shows("`SchemaManager.truncate`, of Jakarta Persistence or Hibernate")
    void tablesAreNotTruncated() {
        inA(em -> em.persist(new Customer(a, "A")));
        assertThatThrownBy(() -> world.safe.getSchemaManager().truncate())
                .isInstanceOf(HardDeleteRefusedException.class);
        SchemaManager hibernates = world.safe.unwrap(SessionFactory.class).getSchemaManager();
        assertThatThrownBy(hibernates::truncateMappedObjects).isInstanceOf(HardDeleteRefusedException.class);
        assertThatThrownBy(() -> hibernates.truncateTable("customer")).isInstanceOf(HardDeleteRefusedException.class);
        assertThat(world.count("customer")).isEqualTo(1);
    }

    @Test
    void aFactoryThatIsNotGuardedTruncates() {
        inA(em -> em.persist(new Customer(a, "A")));
        world.plain().getSchemaManager().truncate();
        assertThat(world.count("customer")).isZero();
    }
}
