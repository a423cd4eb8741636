package dev.tenantsafety.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The lock file, and that each kind of change is noticed. */
@ParameterizedClass
@EnumSource(Database.class)
class OwnershipLockTest {

    private final JdbcConnectionPool source;
    private Path file = Path.of("ownership.lock");

    OwnershipLockTest(Database database) throws SQLException {
        source = database.connections();
        sql("create table customer (id int primary key, name varchar(20))");
        sql("create table project (id int primary key, customer_id int not null references customer, no int)");
        sql("create table task (id int primary key, project_id int not null references project, done int)");
        sql("create table plan (id int primary key)");
        sql("create table job (id int primary key)");
    }

    @BeforeEach
    void lock(@TempDir Path folder) throws SQLException {
        file = folder.resolve("ownership.lock");
        OwnershipLock.at(file).update(model());
    }

    @AfterEach
    void close() {
        source.dispose();
    }

    private void sql(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private OwnershipModel model() throws SQLException {
        return OwnershipModel.read(source, rules -> rules.root("customer", TenantId.KIND)
                .ownedByColumn("customer_id", TenantId.KIND)
                .ownedThroughForeignKeys()
                .shared("plan")
                .excluded("job", "runs for all of us"));
    }

    @Test
    void isTextInAStableOrder() throws SQLException, IOException {
        assertThat(file).hasContent("""
                        # Whose rows these are, as it was decided. Compared with the database by OwnershipLock.verify;
                        # -Downership.lock=update writes it anew.

                        table customer
                          the root of each tenant: id
                          column id integer not null
                          column name character varying(20)
                          primary key (id)

                        table job
                          nobody's: runs for all of us
                          column id integer not null
                          primary key (id)

                        table plan
                          for all
                          column id integer not null
                          primary key (id)

                        table project
                          owned by a tenant: customer_id
                          column id integer not null
                          column customer_id integer not null
                          column no integer
                          primary key (id)
                          foreign key (customer_id) → customer (id)

                        table task
                          owned by a tenant: project_id → project.customer_id
                          column id integer not null
                          column project_id integer not null
                          column done integer
                          primary key (id)
                          foreign key (project_id) → project (id)
                        """);
        OwnershipLock.at(file).verify(model());
        assertThat(OwnershipLock.text(model())).isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create table step (id int primary key, task_id int not null references task)"
                        + "|table \"step\" is new: owned by a tenant: task_id → task.project_id → project.customer_id",
                "alter table task add column note int|table \"task\" has now: column note integer",
                "alter table plan add column note int|table \"plan\" has now: column note integer",
                "alter table job add column customer_id int|table \"job\" has now: column customer_id integer",
                "alter table task drop column done|table \"task\" has no longer: column done integer",
                "alter table task alter column done set not null|table \"task\" has now: column done integer not null",
                "alter table task alter column done set data type bigint|table \"task\" has now: column done bigint",
                "alter table task add foreign key (done) references plan|table \"task\" has now: foreign key (done) → plan (id)",
                "alter table task add foreign key (done) references plan on delete set null"
                        + "|table \"task\" has now: foreign key (done) → plan (id) on delete set null",
                "alter table project add unique (no)|table \"project\" has now: unique (no)",
                "drop table task|table \"task\" is gone",
                "alter table task add column customer_id int|table \"task\" has now: owned by a tenant: customer_id"
            })
    void eachKindOfChangeIsNoticed(String ddl, String change) throws SQLException {
        sql(ddl);
        assertThatThrownBy(() -> OwnershipLock.at(file).verify(model()))
                .isInstanceOf(OwnershipChangedException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(change)
                .hasMessageContaining("run with -Downership.lock=update");
    }

    @Test
    void aChangeOfTheRulesIsNoticed() {
        assertThatThrownBy(() -> OwnershipLock.at(file)
                        .verify(OwnershipModel.read(source, rules -> rules.root("customer", TenantId.KIND)
                                .ownedByColumn("customer_id", TenantId.KIND)
                                .ownedThroughForeignKeys()
                                .excluded("plan", "why not")
                                .excluded("job", "other reason"))))
                .isInstanceOfSatisfying(OwnershipChangedException.class, thrown -> assertThat(thrown.changes())
                        .contains(
                                "table \"job\" has now: nobody's: other reason",
                                "table \"plan\" has now: nobody's: why not",
                                "table \"plan\" has no longer: for all"));
    }

    @Test
    void aMissingFileSaysHowToMakeIt() throws IOException {
        Files.delete(file);
        assertThatThrownBy(() -> OwnershipLock.at(file).verify(model()))
                .hasMessage(file
                        + " is not there. Run once with -Downership.lock=update, read what it says, and commit it.");
    }

    @Test
    void thePropertyWritesIt() throws SQLException {
        sql("alter table task add column note int");
        System.setProperty(OwnershipLock.PROPERTY, "update");
        try {
            OwnershipLock.at(file).verify(model());
        } finally {
            System.clearProperty(OwnershipLock.PROPERTY);
        }
        OwnershipLock.at(file).verify(model());
        assertThat(file).content().contains("column note integer");
    }

    /** Each JVM has an order of its own for {@code Map.of}. */
    @Test
    void doesNotDependOnTheOrderOfTypes() throws SQLException {
        sql("create table note (id int primary key, type varchar(10), of_id int)");
        Set<String> texts = new HashSet<>();
        List<String> types = new ArrayList<>(List.of("project", "task", "plan", "job"));
        for (int i = 0; i < types.size(); i++) {
            Collections.rotate(types, 1);
            Map<String, String> targets = new LinkedHashMap<>();
            types.forEach(type -> targets.put(type, type));
            texts.add(OwnershipLock.text(OwnershipModel.read(source, rules -> rules.root("customer", TenantId.KIND)
                    .ownedByColumn("customer_id", TenantId.KIND)
                    .ownedThroughForeignKeys()
                    .ownedThroughType("note", "type", "of_id", targets)
                    .shared("plan")
                    .excluded("job", "runs for all of us"))));
        }
        assertThat(texts).hasSize(1);
    }
}
