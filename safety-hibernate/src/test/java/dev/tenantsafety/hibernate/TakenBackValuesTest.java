package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Basic;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.LazyGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the instance says that takes back a mark is written, also where Hibernate's enhancement took it for unchanged: with the values that the
 * row had, those of a new instance, or what was changed before the mark was written.
 */
@ParameterizedClass
@EnumSource(Database.class)
class TakenBackValuesTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String code = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        boolean isOn;

        @Nullable
        String note;

        @Basic(fetch = FetchType.LAZY)
        @LazyGroup("body")
        @Nullable
        String body;

        @Basic(fetch = FetchType.LAZY)
        @LazyGroup("other")
        @Nullable
        String other;

        @Embedded
        @Nullable
        Tombstone tombstone;

        void say(@Nullable String text) {
            note = text;
        }

        void write(@Nullable String text) {
            body = text;
        }

        @Nullable
        String read() {
            return body;
        }
    }

    @Entity(name = "Setting")
    static class Setting extends Base {}

    @Entity(name = "Numbered")
    static class Numbered extends Base {
        @Version
        int version;
    }

    @Entity(name = "Partial")
    @DynamicUpdate
    static class Partial extends Base {}

    private static final List<Class<? extends Base>> TYPES = List.of(Setting.class, Numbered.class, Partial.class);

    TakenBackValuesTest(Database database) {
        super(new World(database, List.of(Setting.class, Numbered.class, Partial.class), Map.of()));
        for (Class<? extends Base> type : TYPES) {
            inA(em -> {
                Base made = made(type);
                made.isOn = true;
                made.note = "old";
                made.body = "old body";
                made.other = "other";
                em.persist(made);
            });
        }
    }

    private static Base made(Class<? extends Base> type) {
        Base made = type == Setting.class ? new Setting() : type == Numbered.class ? new Numbered() : new Partial();
        made.code = "code";
        return made;
    }

    private static Base found(EntityManager em, Class<? extends Base> type) {
        return em.find(type, "code");
    }

    private List<String> row(Class<? extends Base> type) {
        return world.rows("select isOn, note, body, deletion_id from " + type.getSimpleName());
    }

    private String off() {
        return world.isUpperCase() ? "FALSE" : "f";
    }

    private String on() {
        return world.isUpperCase() ? "TRUE" : "t";
    }

    /** As Spring Data's {@code deleteById} and {@code save} do. */
    @Test
    void aNewInstanceThatIsMergedAfterARemoval() {
        for (Class<? extends Base> type : TYPES) {
            for (boolean isFlushed : new boolean[] {true, false}) {
                inA(em -> {
                    em.remove(found(em, type));
                    if (isFlushed) {
                        em.flush();
                    }
                    em.merge(made(type));
                });
                assertThat(row(type)).as("%s", type).containsExactly(off() + " | null | null | null | ");
                inA(em -> {
                    Base held = found(em, type);
                    held.say("old");
                    held.write("old body");
                });
            }
        }
    }

    @Test
    void aDetachedCopyAsItWasRead() {
        for (Class<? extends Base> type : TYPES) {
            Base copy = world.get(a, em -> found(em, type));
            inA(em -> {
                em.remove(found(em, type));
                em.flush();
                em.merge(copy);
            });
            assertThat(row(type)).as("merged %s", type).containsExactly(on() + " | old | old body | null | ");
        }
    }

    @Test
    void whatWasChangedBeforeTheMark() {
        for (Class<? extends Base> type : TYPES) {
            inA(em -> {
                Base held = found(em, type);
                held.say("changed");
                assertThat(held.read()).isEqualTo("old body");
                held.write("changed body");
                em.remove(held);
                em.flush();
                em.persist(held);
            });
            assertThat(row(type)).as("%s", type).containsExactly(on() + " | changed | changed body | null | ");
        }
    }

    @Test
    void whatWasSetUnreadBeforeTheMark() {
        for (Class<? extends Base> type : TYPES) {
            inA(em -> {
                Base held = found(em, type);
                held.write("changed body");
                em.remove(held);
                em.flush();
                em.persist(held);
            });
            assertThat(row(type)).as("%s", type).containsExactly(on() + " | old | changed body | null | ");
        }
    }

    /** Of a row that an earlier transaction of the session marked. */
    @Test
    void readingALazyAttributeChangesNothing() {
        for (Class<? extends Base> type : TYPES) {
            TenantScope.of(a).run(() -> {
                try (EntityManager em = world.safe.createEntityManager()) {
                    em.getTransaction().begin();
                    Base held = found(em, type);
                    em.remove(held);
                    em.getTransaction().commit();
                    em.getTransaction().begin();
                    held.read();
                    em.getTransaction().commit();
                }
            });
            assertThat(world.count(type.getSimpleName() + " where deletion_id is not null"))
                    .isOne();
        }
    }
}
