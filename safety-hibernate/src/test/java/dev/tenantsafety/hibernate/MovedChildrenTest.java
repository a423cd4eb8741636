package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.JoinTable;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Members of a team that was deleted earlier, and that join another: a join table holds each of them once. */
@ParameterizedClass
@EnumSource(Database.class)
class MovedChildrenTest extends WorldTest {

    @MappedSuperclass
    abstract static class Base implements SoftDeletable {
        @Id
        String name = "";

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Team")
    static class Team extends Base {
        @OneToMany
        @JoinTable(name = "team_set")
        Set<Member> set = new HashSet<>();

        @OneToMany
        @JoinTable(name = "team_list")
        @OrderColumn
        List<Member> list = new ArrayList<>();

        @OneToMany
        @JoinTable(name = "team_map")
        @MapKeyColumn(name = "role_")
        Map<String, Member> map = new HashMap<>();

        void add(Member member) {
            set.add(member);
            list.add(member);
            map.put("of " + member.name, member);
        }

        void replaceBy(Member member) {
            set.clear();
            list.set(0, member);
            map.replaceAll((key, was) -> member);
            set.add(member);
        }

        List<List<String>> names() {
            return List.of(
                    set.stream().map(each -> each.name).sorted().toList(),
                    list.stream()
                            .filter(Objects::nonNull)
                            .map(each -> each.name)
                            .sorted()
                            .toList(),
                    map.values().stream().map(each -> each.name).sorted().toList());
        }
    }

    @Entity(name = "Member")
    static class Member extends Base {}

    private final DeletionId deletion;

    MovedChildrenTest(Database database) {
        super(new World(database, List.of(Team.class, Member.class), Map.of()));
        inA(em -> {
            for (String team : List.of("gone", "other")) {
                Team made = named(new Team(), team);
                em.persist(made);
                for (int i = 1; i <= 2; i++) {
                    Member member = named(new Member(), team + i);
                    em.persist(member);
                    made.add(member);
                }
            }
        });
        deletion = world.get(a, em -> Deletions.of(em).because("dissolved", () -> em.remove(team(em, "gone"))));
    }

    private static <T extends Base> T named(T row, String name) {
        row.name = name;
        return row;
    }

    private static Team team(EntityManager em, String name) {
        return Objects.requireNonNull(em.find(Team.class, name));
    }

    private static Member member(EntityManager em, String name) {
        return Objects.requireNonNull(em.find(Member.class, name));
    }

    private void moves(Consumer<EntityManager> move, String team, String... members) {
        inA(move);
        inA(em -> assertThat(team(em, team).names())
                .allSatisfy(names -> assertThat(names).containsExactly(members)));
        inA(em -> Deletions.of(em).undo(deletion));
        inA(em -> assertThat(team(em, "gone").names())
                .allSatisfy(names -> assertThat(names).containsExactly("gone2")));
        inA(em -> assertThat(team(em, team).names())
                .allSatisfy(names -> assertThat(names).containsExactly(members)));
    }

    @Test
    void intoATeamThatIsThere() {
        moves(em -> team(em, "other").add(member(em, "gone1")), "other", "gone1", "other1", "other2");
    }

    @Test
    void intoANewTeam() {
        moves(
                em -> {
                    Team made = named(new Team(), "new");
                    made.add(member(em, "gone1"));
                    em.persist(made);
                },
                "new",
                "gone1");
    }

    @Test
    void intoThePlaceOfAnother() {
        moves(
                em -> {
                    Team made = named(new Team(), "new");
                    made.add(member(em, "other1"));
                    team(em, "other").set.clear();
                    team(em, "other").list.clear();
                    team(em, "other").map.clear();
                    em.flush();
                    em.persist(made);
                    em.flush();
                    made.replaceBy(member(em, "gone1"));
                },
                "new",
                "gone1");
    }

    @Test
    void inAStatelessSession() {
        moves(
                em -> TenantScope.of(a)
                        .run(() -> World.stateless(world.safe, session -> {
                            Team made = named(new Team(), "new");
                            made.add(session.get(Member.class, "gone1"));
                            session.insert(made);
                        })),
                "new",
                "gone1");
    }
}
