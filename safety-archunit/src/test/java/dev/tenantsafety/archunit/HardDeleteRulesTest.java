package dev.tenantsafety.archunit;

import static dev.tenantsafety.archunit.Violations.shortly;
import static dev.tenantsafety.archunit.Violations.violations;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.guard.AllowsHardDelete;
import dev.tenantsafety.hibernate.SoftDeletable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.criteria.CriteriaBuilder;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import liquibase.Liquibase;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.DeleteProvider;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.SqlSession;
import org.flywaydb.core.Flyway;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.relational.SchemaManager;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.UpdatableRecord;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;
import org.springframework.data.repository.RepositoryDefinition;

class HardDeleteRulesTest {

    /** Not protected. */
    static class Invoice {}

    /** Protected. */
    static class Ticket implements SoftDeletable {}

    static class Bug extends Ticket {}

    // ---- Jakarta Persistence and Hibernate

    static class Removes {
        void byManager(EntityManager manager, Invoice invoice) {
            manager.remove(invoice);
        }

        void bySession(Session session, UUID id) {
            session.remove(session.find(Invoice.class, id));
        }

        void anything(EntityManager manager, Object some) {
            manager.remove(some);
        }

        void oneOrTheOther(EntityManager manager, Ticket ticket, Invoice invoice, boolean which) {
            manager.remove(which ? ticket : invoice);
        }

        // spotless:off
        void bothInOneLine(EntityManager manager, Ticket ticket, Invoice invoice) {
            manager.remove(ticket); manager.remove(invoice);
        }
        // spotless:on

        void byReference(EntityManager manager, List<Ticket> tickets) {
            tickets.forEach(manager::remove);
        }

        void inLambda(EntityManager manager, List<Invoice> invoices) {
            invoices.forEach(invoice -> manager.remove(invoice));
        }

        void stateless(StatelessSession session, Ticket ticket) {
            session.delete(ticket);
        }

        void byCriteria(CriteriaBuilder builder) {
            builder.createCriteriaDelete(Ticket.class);
        }
    }

    static class Marks {
        void parameter(EntityManager manager, Ticket ticket) {
            manager.remove(ticket);
        }

        void subclass(Session session, Bug bug) {
            session.remove(bug);
        }

        void found(EntityManager manager, UUID id) {
            Ticket ticket = manager.find(Ticket.class, id);
            if (ticket != null) {
                manager.remove(ticket);
            }
        }

        void each(EntityManager manager, List<Ticket> tickets) {
            for (Ticket ticket : tickets) {
                manager.remove(ticket);
            }
        }

        void inLambda(EntityManager manager, List<Ticket> tickets) {
            tickets.forEach(ticket -> manager.remove(ticket));
        }

        void otherRemove(Collection<Invoice> invoices, Invoice invoice) {
            invoices.remove(invoice);
        }
    }

    static class EmptiesSchemas {
        void all(SchemaManager hibernate, jakarta.persistence.SchemaManager standard) {
            hibernate.truncateMappedObjects();
            hibernate.truncateTable("ticket");
            hibernate.dropMappedObjects(true);
            standard.truncate();
            hibernate.drop(true);
            hibernate.validateMappedObjects();
        }
    }

    @Test
    void removalOfAllThatIsMapped() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_OF_ENTITIES, EmptiesSchemas.class))
                .extracting(text -> text.replaceAll(".*calls ", ""))
                .containsExactly(
                        "<SchemaManager.drop(boolean)>",
                        "<SchemaManager.dropMappedObjects(boolean)>",
                        "<SchemaManager.truncate()>",
                        "<SchemaManager.truncateMappedObjects()>",
                        "<SchemaManager.truncateTable(String)>");
    }

    @Test
    void removalOfEntities() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_OF_ENTITIES, Removes.class))
                .containsExactly(
                        method(
                                "anything(jakarta.persistence.EntityManager, java.lang.Object)",
                                "EntityManager.remove(Object)"),
                        method(
                                "bothInOneLine(jakarta.persistence.EntityManager, HardDeleteRulesTest$Ticket, "
                                        + "HardDeleteRulesTest$Invoice)",
                                "EntityManager.remove(Object)"),
                        method(
                                "byCriteria(jakarta.persistence.criteria.CriteriaBuilder)",
                                "CriteriaBuilder.createCriteriaDelete(Class)"),
                        method(
                                "byManager(jakarta.persistence.EntityManager, HardDeleteRulesTest$Invoice)",
                                "EntityManager.remove(Object)"),
                        method(
                                "byReference(jakarta.persistence.EntityManager, java.util.List)",
                                "EntityManager.remove(Object)"),
                        method("bySession(org.hibernate.Session, java.util.UUID)", "EntityManager.remove(Object)"),
                        method(
                                "inLambda(jakarta.persistence.EntityManager, java.util.List)",
                                "EntityManager.remove(Object)"),
                        method(
                                "oneOrTheOther(jakarta.persistence.EntityManager, HardDeleteRulesTest$Ticket, "
                                        + "HardDeleteRulesTest$Invoice, boolean)",
                                "EntityManager.remove(Object)"),
                        method(
                                "stateless(org.hibernate.StatelessSession, HardDeleteRulesTest$Ticket)",
                                "StatelessSession.delete(Object)"));
        assertThat(violations(HardDeleteRules.NO_REMOVAL_OF_ENTITIES, Marks.class))
                .isEmpty();
    }

    private static String method(String method, String call) {
        return "Method <HardDeleteRulesTest$Removes." + method + "> calls <" + call + ">";
    }

    static class Message {
        void run(EntityManager manager, CriteriaBuilder builder) {
            manager.remove(new Invoice());
            builder.createCriteriaDelete(Ticket.class);
        }
    }

    @Test
    void saysWhatToDo() {
        int line = 186; // of the first call
        assertThat(violations(HardDeleteRules.NO_REMOVAL_OF_ENTITIES, Message.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$Message.run(jakarta.persistence.EntityManager, "
                                + "jakarta.persistence.criteria.CriteriaBuilder)> calls <CriteriaBuilder.createCriteriaDelete(Class)> in "
                                + "(HardDeleteRulesTest.java:" + (line + 1)
                                + "): rows are removed for good, past every interceptor. Use delete(…) of a protected entity, which "
                                + "marks, or @AllowsHardDelete(reason = …, ticket = …, until = …).",
                        "Method <HardDeleteRulesTest$Message.run(jakarta.persistence.EntityManager, "
                                + "jakarta.persistence.criteria.CriteriaBuilder)> calls <EntityManager.remove(Object)> in "
                                + "(HardDeleteRulesTest.java:" + line
                                + "): rows are removed for good, if their entity is not a protected one. Use delete(…) of a protected "
                                + "entity, which marks, or @AllowsHardDelete(reason = …, ticket = …, until = …).");
    }

    // ---- Spring Data

    interface Invoices extends JpaRepository<Invoice, UUID>, JpaSpecificationExecutor<Invoice> {}

    interface Tickets extends JpaRepository<Ticket, UUID>, JpaSpecificationExecutor<Ticket> {}

    @NoRepositoryBean
    interface Base<E, K> extends CrudRepository<E, K> {}

    interface Bugs extends Base<Bug, UUID> {}

    static class UsesRepositories {
        void single(Invoices invoices, Invoice invoice, UUID id) {
            invoices.delete(invoice);
            invoices.deleteById(id);
            invoices.deleteAll();
        }

        void batch(Tickets tickets) {
            tickets.deleteAllInBatch();
            tickets.deleteAllByIdInBatch(List.of());
        }

        void specification(Tickets tickets) {
            tickets.delete((org.springframework.data.jpa.domain.DeleteSpecification<Ticket>) null);
        }

        void byReference(Invoices invoices, List<UUID> ids) {
            ids.forEach(invoices::deleteById);
        }

        <E> void generic(CrudRepository<E, UUID> any, E some) {
            any.delete(some);
        }

        // spotless:off
        void twoInOneLine(Tickets tickets, Invoices invoices, List<UUID> ids) {
            ids.forEach(tickets::deleteById); ids.forEach(invoices::deleteById);
        }
        // spotless:on
    }

    static class MarksByRepositories {
        void marks(Tickets tickets, Bugs bugs, Ticket ticket, UUID id, List<Bug> list) {
            tickets.delete(ticket);
            tickets.deleteById(id);
            bugs.deleteAll(list);
            list.forEach(bugs::delete);
        }
    }

    @Test
    void removalBySpringData() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_BY_SPRING_DATA, UsesRepositories.class))
                .extracting(text -> text.replaceAll("Method <HardDeleteRulesTest.UsesRepositories.(\\w+).*calls", "$1"))
                .containsExactly(
                        "batch <JpaRepository.deleteAllByIdInBatch(Iterable)>",
                        "batch <JpaRepository.deleteAllInBatch()>",
                        "byReference <CrudRepository.deleteById(Object)>",
                        "generic <CrudRepository.delete(Object)>",
                        "single <CrudRepository.delete(Object)>",
                        "single <CrudRepository.deleteAll()>",
                        "single <CrudRepository.deleteById(Object)>",
                        "specification <JpaSpecificationExecutor.delete(DeleteSpecification)>",
                        "twoInOneLine <CrudRepository.deleteById(Object)>");
        assertThat(violations(HardDeleteRules.NO_REMOVAL_BY_SPRING_DATA, MarksByRepositories.class))
                .isEmpty();
    }

    interface Derived extends Repository<Invoice, UUID> {
        long deleteByPaidTrue();

        void removeInvoiceByNumber(String number);

        long countByPaidTrue();

        @Modifying
        @Query("delete from Invoice i where i.paid = true")
        int wipe();

        @Modifying
        @NativeQuery("truncate table invoice")
        void truncate();

        @Modifying
        @Query("update Invoice i set i.paid = true")
        int deleteByNothing();
    }

    interface DerivedOfTickets extends Repository<Ticket, UUID> {
        long deleteByClosedTrue();

        @Modifying
        @Query("delete Ticket t where t.closed = true")
        int wipe();
    }

    @Test
    void removalInRepositories() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_IN_REPOSITORIES, Derived.class, DerivedOfTickets.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$Derived.deleteByPaidTrue()> is a removal by its name",
                        "Method <HardDeleteRulesTest$Derived.removeInvoiceByNumber(java.lang.String)> is a removal by its name",
                        "Method <HardDeleteRulesTest$Derived.truncate()> has a query with TRUNCATE of invoice",
                        "Method <HardDeleteRulesTest$Derived.wipe()> has a query with DELETE of invoice",
                        "Method <HardDeleteRulesTest$DerivedOfTickets.wipe()> has a query with DELETE of ticket");
    }

    /** Spring Data implements what is declared, whatever is extended. */
    interface Marked extends Repository<Invoice, UUID> {
        void delete(Invoice invoice);

        void deleteAll();

        void deleteAllInBatch();

        void deleted();
    }

    @RepositoryDefinition(domainClass = Ticket.class, idClass = UUID.class)
    interface Defined {
        void deleteById(UUID id);

        void deleteAllInBatch();

        @Modifying
        @Query("delete Ticket t where t.closed = true")
        void wipe();
    }

    interface Overridden extends CrudRepository<Invoice, UUID> {
        @Override
        void deleteAll();
    }

    static class UsesMarked {
        void uses(Marked marked, Defined defined, UUID id) {
            marked.deleteAll();
            marked.deleted();
            defined.deleteById(id);
            defined.deleteAllInBatch();
        }
    }

    @Test
    void repositoriesThatExtendTheMarkerAlone() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_IN_REPOSITORIES, Marked.class, Defined.class, Overridden.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$Defined.deleteAllInBatch()> is a removal by its name",
                        "Method <HardDeleteRulesTest$Defined.wipe()> has a query with DELETE of ticket",
                        "Method <HardDeleteRulesTest$Marked.delete(HardDeleteRulesTest$Invoice)> is a removal by its name",
                        "Method <HardDeleteRulesTest$Marked.deleteAll()> is a removal by its name",
                        "Method <HardDeleteRulesTest$Marked.deleteAllInBatch()> is a removal by its name");
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_BY_SPRING_DATA, UsesMarked.class))
                .extracting(text -> text.replaceAll(".*calls ", ""))
                .containsExactly("<Repository.deleteAll()>", "<Repository.deleteAllInBatch()>");
    }

    // ---- jOOQ, MyBatis, migrations

    static class UsesJooq {
        void removes(DSLContext dsl, Table<?> table, UpdatableRecord<?> row, Consumer<UpdatableRecord<?>> other) {
            dsl.deleteFrom(table).execute();
            dsl.truncate(table).execute();
            DSL.deleteFrom(table);
            row.delete();
            dsl.mergeInto(table)
                    .using(table)
                    .on(DSL.trueCondition())
                    .whenMatchedThenDelete()
                    .execute();
            dsl.mergeInto(table)
                    .using(table)
                    .on(DSL.trueCondition())
                    .whenMatchedAnd(DSL.trueCondition())
                    .thenDelete()
                    .execute();
            dsl.alterTable(table).dropColumn("x").execute();
            dsl.selectFrom(table).fetch();
            row.store();
            other.accept(row);
        }
    }

    @Test
    void removalByJooq() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_BY_JOOQ, UsesJooq.class))
                .extracting(text -> text.replaceAll(".*calls ", ""))
                .containsExactly(
                        "<AlterTableStep.dropColumn(String)>",
                        "<DSL.deleteFrom(Table)>",
                        "<DSLContext.deleteFrom(Table)>",
                        "<DSLContext.truncate(Table)>",
                        "<MergeMatchedStep.whenMatchedThenDelete()>",
                        "<MergeMatchedThenStep.thenDelete()>",
                        "<UpdatableRecord.delete()>");
    }

    interface TicketMapper {
        @Delete("delete from ticket where id = #{id}")
        int remove(UUID id);

        @DeleteProvider(type = HardDeleteRulesTest.class)
        int removeMore();

        @Select("select * from ticket")
        List<Ticket> all();
    }

    static class UsesMyBatis {
        void removes(SqlSession session) {
            session.delete("removeTicket");
            session.update("closeTicket");
        }
    }

    @Test
    void removalByMyBatis() {
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_IN_MAPPERS, TicketMapper.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$TicketMapper.remove(java.util.UUID)> is annotated with @Delete",
                        "Method <HardDeleteRulesTest$TicketMapper.removeMore()> is annotated with @DeleteProvider");
        assertThat(shortly(HardDeleteRules.NO_REMOVAL_BY_MYBATIS, UsesMyBatis.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$UsesMyBatis.removes(org.apache.ibatis.session.SqlSession)> calls "
                                + "<SqlSession.delete(String)>");
    }

    static class Cleans {
        void all(Flyway flyway, Liquibase liquibase) throws Exception {
            flyway.clean();
            liquibase.dropAll();
            flyway.migrate();
        }
    }

    @Test
    void cleaningOfSchemas() {
        assertThat(shortly(HardDeleteRules.NO_CLEANING_OF_SCHEMAS, Cleans.class))
                .extracting(text -> text.replaceAll(".*calls ", ""))
                .containsExactly("<Flyway.clean()>", "<Liquibase.dropAll()>");
    }

    // ---- options and exemptions

    interface Store {
        void evict(Object key);

        void keep(Object key);
    }

    static class UsesStore {
        void both(Store store) {
            store.evict("");
            store.keep("");
        }
    }

    @Test
    void storesThatWereNamed() {
        RuleOptions options = RuleOptions.standard().alsoDeletes(Store.class.getName(), "evict");
        assertThat(shortly(HardDeleteRules.OTHER_STORES.with(options), UsesStore.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$UsesStore.both(HardDeleteRulesTest$Store)> calls <HardDeleteRulesTest$Store.evict(Object)>");
        assertThat(violations(HardDeleteRules.OTHER_STORES.standard(), UsesStore.class))
                .isEmpty();
    }

    static class Audited {}

    static class RemovesAudited {
        void remove(EntityManager manager, Audited audited) {
            manager.remove(audited);
        }
    }

    @Test
    void entitiesThatWereNamed() {
        RuleOptions options = RuleOptions.standard().protectedEntities(Audited.class.getName());
        assertThat(violations(HardDeleteRules.PERSISTENCE.with(options), RemovesAudited.class))
                .isEmpty();
        assertThat(violations(HardDeleteRules.PERSISTENCE.standard(), RemovesAudited.class))
                .hasSize(1);
    }

    static class Exempt {
        @AllowsHardDelete(reason = "drafts", ticket = "OPS-1", until = "2999-12-31")
        void drafts(Flyway flyway) {
            Runnable later = () -> flyway.clean();
            later.run();
        }

        @AllowsHardDelete(reason = "of this class", ticket = "OPS-2", until = "2999-12-31")
        static class Inner {
            static class Deeper {
                void run(Flyway flyway) {
                    flyway.clean();
                }
            }
        }

        void notExempt(Flyway flyway) {
            flyway.clean();
        }
    }

    @Test
    void exemptions() {
        assertThat(shortly(
                        HardDeleteRules.NO_CLEANING_OF_SCHEMAS,
                        Exempt.class,
                        Exempt.Inner.class,
                        Exempt.Inner.Deeper.class))
                .containsExactly(
                        "Method <HardDeleteRulesTest$Exempt.notExempt(org.flywaydb.core.Flyway)> calls <Flyway.clean()>");
    }

    @Test
    void otherPackagesAreNotLookedAt() {
        assertThat(violations(
                        HardDeleteRules.MIGRATIONS.with(RuleOptions.standard().inPackages("com.acme..")), Cleans.class))
                .isEmpty();
    }
}
