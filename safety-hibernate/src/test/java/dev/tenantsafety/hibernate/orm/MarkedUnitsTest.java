package dev.tenantsafety.hibernate.orm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.hibernate.World;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of units that were seen open. Public, for H2 calls a method of it. */
public class MarkedUnitsTest {

    private static final List<Runnable> WHILE_ASKED = new ArrayList<>();
    private static int asked;

    private final World world = new World(Database.H2);
    private final MarkedUnits units = new MarkedUnits();
    private final TenantScope scope = TenantScope.of(TenantId.create());

    @AfterEach
    void close() {
        world.close();
        WHILE_ASKED.clear();
        asked = 0;
    }

    /** Called by the database. */
    public static int ask() {
        asked++;
        WHILE_ASKED.forEach(Runnable::run);
        WHILE_ASKED.clear();
        return 0;
    }

    private void check() {
        scope.run(() -> {
            try (SessionImplementor session =
                    world.safe.unwrap(SessionFactory.class).openSession().unwrap(SessionImplementor.class)) {
                SafeEntity entity = FactorySafety.of(session.getFactory())
                        .mapping()
                        .units()
                        .get(0)
                        .entity();
                UnitTable table = new UnitTable(
                        TenantId.KIND,
                        entity,
                        Map.of("Customer", "select deletion_id from customer where id = ? and ask() = 1"),
                        Map.of());
                units.check(List.of(table), session, scope.levels());
            }
        });
    }

    @Test
    void oneThatWasMarkedWhileItWasAskedForIsAskedForAgain() {
        world.sql(
                "create alias ask for '" + MarkedUnitsTest.class.getName() + ".ask'",
                "insert into customer (id, name) values ('" + owner() + "', 'A')");
        check();
        check();
        assertThat(asked).as("what was seen open is taken for open").isEqualTo(1);
        units.forget();
        WHILE_ASKED.add(units::forget);
        check();
        check();
        assertThat(asked).isEqualTo(3);
    }

    private Object owner() {
        return scope.levels().get(0).uuid();
    }
}
