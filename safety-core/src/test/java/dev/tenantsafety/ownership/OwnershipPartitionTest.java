package dev.tenantsafety.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.OwnershipFinding.Reason;
import dev.tenantsafety.ownership.RandomOwnership.Whose;
import dev.tenantsafety.testing.Cases;
import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever lines say whose rows are: what is asked of one row, what is taken of an owner, what is for all and what is checked agree. */
class OwnershipPartitionTest {

    /** Of which PostgreSQL takes longer to make the tables and plan the queries. */
    private static final Map<Database, Integer> MODELS = Map.of(Database.H2, 1500, Database.POSTGRESQL, 500);

    @ParameterizedTest
    @EnumSource
    void eachRowIsInOnePart(Database database) throws SQLException {
        long first = new Random().nextLong();
        JdbcConnectionPool source = database.connections();
        try (Connection connection = source.getConnection()) {
            int tried = 0;
            int models = Cases.of(Objects.requireNonNull(MODELS.get(database)));
            for (long seed = first; tried < models; seed++) {
                tried += isInOnePart(connection, seed) ? 1 : 0;
            }
        } finally {
            source.dispose();
        }
    }

    private static boolean isInOnePart(Connection connection, long seed) throws SQLException {
        RandomOwnership random = new RandomOwnership(seed);
        try (Statement statement = connection.createStatement()) {
            String product = connection.getMetaData().getDatabaseProductName();
            statement.execute("create schema random_");
            statement.execute(product.equals("H2") ? "set schema random_" : "set search_path to random_");
            for (String sql : random.statements()) {
                statement.execute(sql);
            }
            OwnershipModel model;
            try {
                model = OwnershipModel.read(connection, random::addTo);
            } catch (UnclearOwnershipException e) {
                return false; // of a table nobody said whose it is
            }
            new Parts(random, model, connection, "seed " + seed + "\n" + random).check();
            return true;
        } finally {
            try (Statement statement = connection.createStatement()) {
                statement.execute("drop schema random_ cascade");
            }
        }
    }

    /** The rows of one model. */
    private record Parts(RandomOwnership random, OwnershipModel model, Connection connection, String name) {

        void check() throws SQLException {
            List<OwnershipFinding> findings = model.check(connection);
            for (OwnedTable table : model.tables()) {
                String plain = Names.plain(table.name().table());
                for (IdKind<?> kind : table.claims().keySet()) {
                    check(table, plain, kind);
                    checkTwoOwners(plain, kind, findings);
                }
                if (table.isOwned()) {
                    checkNobodys(plain, table, findings);
                }
            }
        }

        private void check(OwnedTable table, String plain, IdKind<?> kind) throws SQLException {
            OwnerSql sql = new OwnerSql(model, kind);
            String forAll = sql.forAll(table, "t");
            StringBuilder query = new StringBuilder("select t.id, ")
                    .append(sql.owner(table, "t"))
                    .append(forAll == null ? ", 1 = 0" : ", (" + forAll + ") is true");
            for (Object owner : random.owners(kind)) {
                String is = "= cast('" + owner + "' as " + random.type(kind) + ")";
                query.append(", (").append(sql.belongsTo(table, "t", is)).append(") is true");
                query.append(", (").append(sql.elsewhere(table, "t", is)).append(") is true");
            }
            query.append(" from ")
                    .append(table.name().sql(model.catalog().dialect()))
                    .append(" t");
            Map<String, Map<String, Object>> rows = new HashMap<>();
            random.rows(plain).forEach(row -> rows.put(String.valueOf(row.get("id")), row));
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery(query.toString())) {
                while (found.next()) {
                    Whose whose =
                            random.whose(model, kind, plain, Objects.requireNonNull(rows.get(found.getString(1))));
                    if (!whose.isUnclear()) {
                        check(
                                found,
                                whose,
                                random.owners(kind),
                                plain + " " + found.getString(1) + ", " + kind.prefix() + ", " + name);
                    }
                }
            }
        }

        private static void check(ResultSet found, Whose whose, List<Object> owners, String row) throws SQLException {
            assertThat(found.getObject(2)).as("owner of %s", row).isEqualTo(whose.owner());
            assertThat(found.getBoolean(3)).as("for all: %s", row).isEqualTo(whose.forAll());
            for (int i = 0; i < owners.size(); i++) {
                Object owner = owners.get(i);
                assertThat(found.getBoolean(4 + 2 * i))
                        .as("%s is taken for %s", row, owner)
                        .isEqualTo(owner.equals(whose.owner()));
                if (!whose.isNobodys()) {
                    assertThat(found.getBoolean(5 + 2 * i))
                            .as("%s is elsewhere than at %s", row, owner)
                            .isNotEqualTo(owner.equals(whose.owner()));
                }
            }
        }

        private void checkNobodys(String plain, OwnedTable table, List<OwnershipFinding> findings) {
            List<List<Whose>> all = random.rows(plain).stream()
                    .map(row -> table.claims().keySet().stream()
                            .map(kind -> random.whose(model, kind, plain, row))
                            .toList())
                    .toList();
            if (all.stream().flatMap(List::stream).noneMatch(Whose::isUnclear)) {
                assertThat(found(findings, Reason.NOBODYS, table, null))
                        .as("nobody's rows of %s, %s", plain, name)
                        .isEqualTo(all.stream()
                                .filter(levels -> levels.stream().allMatch(Whose::isNobodys))
                                .count());
            }
        }

        /** Of rows that several point at, and of those that several ways lead from. */
        private void checkTwoOwners(String plain, IdKind<?> kind, List<OwnershipFinding> findings) {
            long unclear = random.rows(plain).stream()
                    .filter(row -> random.whose(model, kind, plain, row).isUnclear())
                    .count();
            boolean isFound =
                    model.tables().stream().anyMatch(other -> found(findings, Reason.TWO_OWNERS, other, kind) > 0);
            if (unclear > 0) {
                assertThat(isFound)
                        .as("two owners in %s, %s, %s", plain, kind.prefix(), name)
                        .isTrue();
            }
        }

        private static long found(
                List<OwnershipFinding> findings, Reason reason, OwnedTable table, @Nullable IdKind<?> kind) {
            return findings.stream()
                    .filter(finding -> finding.reason() == reason
                            && finding.table().equals(table.name())
                            && (kind == null || finding.kind().equals(kind)))
                    .mapToLong(OwnershipFinding::rows)
                    .sum();
        }
    }
}
