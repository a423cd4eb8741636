package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.Project;
import dev.tenantsafety.hibernate.world.Ticket;
import dev.tenantsafety.hibernate.world.TicketId;
import dev.tenantsafety.hibernate.world.TicketRepository;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.scope.NoTenantScopeException;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.scope.TenantScopeConflictException;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a repository of Spring Data sees and deletes. */
class SpringDataTest {

    private static final String PRINTER = "printer";
    private static final String COFFEE = "coffee";

    private final AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext(Application.class);
    private final TicketRepository tickets = spring.getBean(TicketRepository.class);
    private final EntityManager shared =
            SharedEntityManagerCreator.createSharedEntityManager(spring.getBean(EntityManagerFactory.class));
    private final TransactionTemplate transactions =
            new TransactionTemplate(spring.getBean(PlatformTransactionManager.class));
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private TicketId printer = TicketId.create();
    private TicketId coffee = TicketId.create();
    private TicketId ofB = TicketId.create();

    @Configuration
    @EnableJpaRepositories(basePackageClasses = TicketRepository.class)
    static class Application {

        @Bean
        DataSource dataSource() {
            return Database.H2.connections();
        }

        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource dataSource) {
            HibernateJpaVendorAdapter adapter = new HibernateJpaVendorAdapter();
            adapter.setGenerateDdl(true);
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setDataSource(dataSource);
            factory.setJpaVendorAdapter(adapter);
            factory.setPackagesToScan(Ticket.class.getPackageName());
            return factory;
        }

        @Bean
        PlatformTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }
    }

    @BeforeEach
    void rows() {
        inTransaction(a, () -> {
            Project project = new Project("office");
            shared.persist(project);
            printer = tickets.save(new Ticket(project, PRINTER)).id;
            coffee = tickets.save(new Ticket(project, COFFEE)).id;
        });
        inTransaction(b, () -> {
            Project project = new Project("elsewhere");
            shared.persist(project);
            ofB = tickets.save(new Ticket(project, PRINTER)).id;
        });
    }

    @AfterEach
    void close() {
        spring.close();
    }

    private void inTransaction(TenantId tenant, Runnable work) {
        TenantScope.of(tenant).run(() -> transactions.executeWithoutResult(status -> work.run()));
    }

    private long count(TenantId tenant) {
        return TenantScope.of(tenant).call(tickets::count);
    }

    private Optional<Ticket> find(TenantId tenant, TicketId ticket) {
        return TenantScope.of(tenant).call(() -> tickets.findById(ticket));
    }

    private List<String> rows(String sql) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = spring.getBean(DataSource.class).getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.append(result.getString(i)).append(" | ");
                }
                rows.add(row.toString());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private List<String> all() {
        return rows("select * from ticket order by id");
    }

    private List<String> titlesOfMarked() {
        return rows("select title from ticket where deleted_at is not null order by title").stream()
                .map(row -> row.replace(" | ", ""))
                .toList();
    }

    @Test
    void saveTakesTheOwnerFromTheScope() {
        String sql = "select title from ticket where tenant = '%s' order by title";
        assertThat(rows("select distinct tenant from ticket")).hasSize(2);
        assertThat(rows(sql.formatted(a.uuid()))).containsExactly("coffee | ", "printer | ");
        assertThat(rows(sql.formatted(b.uuid()))).containsExactly("printer | ");
    }

    @Test
    void whatIsReadIsInScope() {
        TenantScope.of(a).run(() -> {
            assertThat(tickets.findById(printer)).get().returns(a, ticket -> ticket.tenant);
            assertThat(tickets.findById(ofB)).isEmpty();
            assertThat(tickets.existsById(printer)).isTrue();
            assertThat(tickets.existsById(ofB)).isFalse();
            assertThat(tickets.findAll()).extracting(ticket -> ticket.id).containsExactlyInAnyOrder(printer, coffee);
            assertThat(tickets.findAllById(List.of(printer, ofB)))
                    .extracting(ticket -> ticket.id)
                    .containsExactly(printer);
            assertThat(tickets.findByTitle(PRINTER))
                    .extracting(ticket -> ticket.id)
                    .containsExactly(printer);
            assertThat(tickets.count()).isEqualTo(2);
        });
        assertThat(count(b)).isEqualTo(1);
    }

    @Test
    void whatIsReadIsAlive() {
        TenantScope.of(a).run(() -> {
            tickets.deleteById(printer);
            assertThat(tickets.findById(printer)).isEmpty();
            assertThat(tickets.existsById(printer)).isFalse();
            assertThat(tickets.findAll()).extracting(ticket -> ticket.id).containsExactly(coffee);
            assertThat(tickets.findAllById(List.of(printer, coffee)))
                    .extracting(ticket -> ticket.id)
                    .containsExactly(coffee);
            assertThat(tickets.findByTitle(PRINTER)).isEmpty();
            assertThat(tickets.count()).isEqualTo(1);
        });
        assertThat(count(b)).isEqualTo(1);
    }

    @Test
    void withoutScopeNothingIsRead() {
        assertThatThrownBy(tickets::findAll).hasStackTraceContaining(NoTenantScopeException.class.getName());
        assertThatThrownBy(() -> tickets.findById(printer))
                .hasStackTraceContaining(NoTenantScopeException.class.getName());
    }

    private interface Deleting extends Consumer<SpringDataTest> {}

    private static Arguments way(String name, Deleting deleting, String... marked) {
        return Arguments.argumentSet(name, deleting, List.of(marked));
    }

    static Stream<Arguments> marking() {
        return Stream.of(
                way("delete", test -> test.tickets.delete(test.found()), PRINTER),
                way("deleteById", test -> test.tickets.deleteById(test.printer), PRINTER),
                way("deleteAll(Iterable)", test -> test.tickets.deleteAll(List.of(test.found())), PRINTER),
                way("deleteAll", test -> test.tickets.deleteAll(), COFFEE, PRINTER),
                way("deleteAllById", test -> test.tickets.deleteAllById(List.of(test.printer)), PRINTER),
                way(
                        "deleteByTitle",
                        test -> test.inTransaction(test.a, () -> test.tickets.deleteByTitle(PRINTER)),
                        PRINTER));
    }

    private Ticket found() {
        return tickets.findById(printer).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource
    @Shows(
            value =
                    "`remove`, a repository's `delete…` (but `…InBatch`, a `Specification` and `@Modifying` queries, which are bulk), "
                            + "REMOVE cascade, orphan removal",
            in = Shows.PROTECTED)
    void marking(Deleting deleting, List<String> marked) {
        TenantScope.of(a).run(() -> deleting.accept(this));
        assertThat(titlesOfMarked()).isEqualTo(marked);
        assertThat(all()).hasSize(3);
        assertThat(rows("select marked from tenant_safety_deletion"))
                .containsExactly("Ticket " + marked.size() + " | ");
        assertThat(count(b)).isEqualTo(1);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                way("deleteAllInBatch", test -> test.tickets.deleteAllInBatch()),
                way("deleteAllInBatch(Iterable)", test -> test.tickets.deleteAllInBatch(List.of(test.found()))),
                way("deleteAllByIdInBatch", test -> test.tickets.deleteAllByIdInBatch(List.of(test.printer))),
                way("@Modifying", test -> test.inTransaction(test.a, () -> test.tickets.deleteInBulk(PRINTER))));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Deleting deleting, List<String> marked) {
        List<String> before = all();
        assertThatThrownBy(() -> TenantScope.of(a).run(() -> deleting.accept(this)))
                .hasStackTraceContaining(HardDeleteRefusedException.class.getName());
        assertThat(all()).isEqualTo(before).hasSize(3);
        assertThat(titlesOfMarked()).isEqualTo(marked);
    }

    @Test
    void theRowsOfOthersAreNotDeleted() {
        List<String> before = all();
        Ticket theirs = find(b, ofB).orElseThrow();
        TenantScope.of(a).run(() -> {
            tickets.deleteById(ofB);
            tickets.deleteAllById(List.of(ofB));
            tickets.delete(theirs);
        });
        assertThat(all()).isEqualTo(before);
        assertThat(rows("select * from tenant_safety_deletion")).isEmpty();
    }

    @Test
    void theSharedEntityManagerKeepsDeletions() {
        Deletions deletions = Deletions.of(shared);
        List<DeletionId> done = new ArrayList<>();
        inTransaction(a, () -> done.add(deletions.because("asked for in T-17", () -> tickets.deleteById(printer))));
        assertThat(titlesOfMarked()).containsExactly(PRINTER);
        assertThat(rows("select reason from tenant_safety_deletion")).containsExactly("asked for in T-17 | ");
        inTransaction(a, () -> assertThat(deletions.undo(done.get(0)).total()).isEqualTo(1));
        assertThat(titlesOfMarked()).isEmpty();
        assertThat(find(a, printer)).isPresent();
    }

    @Test
    void deletionsNeedATransaction() {
        Deletions deletions = Deletions.of(shared);
        assertThatThrownBy(
                        () -> TenantScope.of(a).run(() -> deletions.because("no", () -> tickets.deleteById(printer))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(titlesOfMarked()).isEmpty();
    }

    @Test
    void oneTransactionStaysWithOneScope() {
        assertThatThrownBy(() -> inTransaction(a, () -> {
                    tickets.count();
                    TenantScope.of(b).run(() -> tickets.findAll());
                }))
                .hasStackTraceContaining(TenantScopeConflictException.class.getName());
        assertThat(count(a)).isEqualTo(2);
    }
}
