package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Columns that the settings of Hibernate quote, or call otherwise: ours too. */
@ParameterizedClass
@MethodSource("settings")
class RenamedColumnsTest extends WorldTest {

    /** Gives each column a name of its own. */
    public static final class Renaming extends PhysicalNamingStrategyStandardImpl {

        private static final long serialVersionUID = 1;

        @Override
        public Identifier toPhysicalColumnName(Identifier name, JdbcEnvironment environment) {
            return new Identifier("x_" + name.getText(), name.isQuoted());
        }
    }

    @Entity(name = "Doll")
    static class Doll implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ManyToOne(fetch = FetchType.LAZY)
        @OnTargetMarked(ReferrerAction.SET_NULL)
        @Nullable
        Doll friend;

        @ManyToMany
        @OrderColumn
        List<Doll> house = new ArrayList<>();

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    static Stream<Arguments> settings() {
        return Stream.of(Database.values()).flatMap(database -> Stream.of(
                        Map.<String, Object>of("hibernate.globally_quoted_identifiers", "true"),
                        Map.<String, Object>of("hibernate.physical_naming_strategy", new Renaming()),
                        Map.<String, Object>of("hibernate.type.preferred_uuid_jdbc_type", "CHAR"))
                .map(settings -> Arguments.of(database, settings)));
    }

    RenamedColumnsTest(Database database, Map<String, Object> settings) {
        super(new World(database, List.of(Doll.class), settings));
    }

    @Test
    void aDeletionIsRecordedAndUndone() {
        inA(em -> {
            Doll first = new Doll();
            first.id = 1;
            Doll second = new Doll();
            second.id = 2;
            second.friend = first;
            second.house.add(first);
            second.house.add(second);
            em.persist(first);
            em.persist(second);
        });
        DeletionId deletion =
                world.get(a, em -> Deletions.of(em).because("a test", () -> em.remove(em.find(Doll.class, 1L))));
        inA(em -> {
            assertThat(em.find(Doll.class, 1L)).isNull();
            assertThat(em.find(Doll.class, 2L).friend).isNull();
        });
        UndoReport report = world.get(a, em -> Deletions.of(em).undo(deletion));
        assertThat(report.total()).isEqualTo(1);
        inA(em -> {
            Doll second = em.find(Doll.class, 2L);
            assertThat(second.friend).isEqualTo(em.find(Doll.class, 1L));
            assertThat(second.house).containsExactly(em.find(Doll.class, 1L), second);
            DeletionRecord record = Deletions.of(em).find(deletion).orElseThrow();
            assertThat(record.undoneAt()).isPresent();
            assertThat(record.marked()).isEqualTo("Doll 1");
        });
        DeletionId unwritten = world.get(a, em -> Deletions.of(em).because("a test", () -> {
            Doll first = em.find(Doll.class, 1L);
            em.remove(first);
            em.flush();
            em.persist(first);
        }));
        inA(em -> assertThat(Deletions.of(em).find(unwritten)).isEmpty());
    }
}
