package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneTest extends TwoTenants {

    private static final TenantId COPY = TenantId.create();
    private static final String OF_COPY = "'" + COPY.uuid() + "'";

    @TempDir
    private Path directory;

    private Clone bare() throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                .clone(A, COPY)
                .inChunksOf(40);
    }

    private Clone copy() throws SQLException {
        return said(bare());
    }

    /** With what has to be said for these tables. */
    static Clone said(Clone bare) {
        return bare.rewriting("customer", "name", "name || ' (copy)'")
                .rewriting("person", "email", "'copy of ' || email")
                .newKeys("site", "id", "id + 5000")
                .newKeys("step", "id", "id + 5000")
                .newKeys("loop_a", "id", "id + 5000")
                .newKeys("loop_b", "id", "id + 5000")
                .newKeys("odd", "select", "\"select\" + 5000")
                .newKeys("event", "id", "id + 5000");
    }

    private List<String> shape(TenantId tenant) throws SQLException {
        return shape(live, tenant);
    }

    /** The rows of an owner, with positions in place of keys. */
    static List<String> shape(JdbcConnectionPool live, TenantId tenant) throws SQLException {
        String of = " where c.id = '" + tenant.uuid() + "'";
        String person =
                "(select dense_rank from (select id, dense_rank() over (order by id) from person where customer_id = c.id) p where p.id = ";
        String site =
                "(select dense_rank from (select id, dense_rank() over (order by id) from site where customer_id = c.id) s where s.id = ";
        return List.of(
                rows(live, "select plan from customer c" + of).toString(),
                rows(
                                live,
                                "select row(replace(p.email, 'copy of ', ''), p.version)::text from customer c join person p on p.customer_id = c.id"
                                        + of + " order by p.email")
                        .toString(),
                rows(
                                live,
                                "select row(t.title, t.size, " + site + "t.site_id), " + person
                                        + "t.author))::text from customer c join site s on s.customer_id = c.id join ticket t on t.site_id = s.id"
                                        + of + " order by t.title, t.id")
                        .toString(),
                rows(
                                live,
                                "select (p.id - s.id)::text from customer c join step s on s.customer_id = c.id join step p on p.id = s.parent"
                                        + of + " order by s.id")
                        .toString(),
                rows(
                                live,
                                "select row(b.id - a.id, b.a - a.id)::text from customer c join loop_a a on a.customer_id = c.id join loop_b b on b.id = a.b"
                                        + of + " order by a.id")
                        .toString(),
                rows(live, "select l.text from customer c join log l on l.customer_id = c.id" + of + " order by 1")
                        .toString(),
                rows(
                                live,
                                "select row(o.\"a \"\"b\", j, f, x, m, o.c, i, r, t, d, b, p)::text from customer c join odd o on o.customer_id = c.id"
                                        + of + " order by 1")
                        .toString(),
                rows(live, "select e.at from customer c join event e on e.customer_id = c.id" + of + " order by 1")
                        .toString());
    }

    @Test
    void allRowsAreThereAgainWithNewKeys() throws SQLException {
        List<String> before = all(live);
        RestorePlan plan = copy().from(live).plan();
        assertThat(plan.conflicts()).isEmpty();
        assertThat(plan.toString()).startsWith("1 tenant: 290 rows to insert, 0 to update, 0 differing rows stay");
        assertThat(all(live)).isEqualTo(before);
        assertThat(rows(live, "select last_value from person_id_seq"))
                .as("a plan draws no numbers")
                .containsExactly("1");
        RestoreReport report = plan.execute();
        assertThat(report.equal()).hasSize(10);
        assertThat(report.differing()).isEmpty();
        assertThat(shape(COPY)).isEqualTo(shape(A));
        assertThat(all(live)).containsAll(before).hasSize(before.size() + ROWS_OF_EACH);
        assertThat(rows(live, "select name from customer where id = " + OF_COPY))
                .containsExactly("name 0 (copy)");
        assertThat(rows(
                        live,
                        "select count(*) from person where customer_id = " + OF_COPY + " and id between 1 and 50"))
                .as("numbers of the sequence that somebody has are passed over")
                .containsExactly("0");
    }

    @Test
    void theMappingIsKept() throws SQLException {
        copy().from(live).plan().execute();
        assertThat(rows(
                        live,
                        "select count(*) from person p join tenant_safety_clone_key k on k.key = 'public.person.id' and k.old_value = p.id::text"
                                + " join person c on c.id = k.new_value::bigint and c.email = 'copy of ' || p.email where p.customer_id = "
                                + OF_A))
                .containsExactly("50");
        assertThat(rows(live, "select of_unit || ' ' || as_unit from tenant_safety_clone"))
                .containsExactly(A + " " + COPY);
    }

    @Test
    void whatNobodySaidIsAskedForAllAtOnce() throws SQLException {
        List<String> before = all(live);
        assertThatThrownBy(() -> bare().from(live).plan())
                .isInstanceOf(TransferRefusedException.class)
                .hasMessageContainingAll(
                        "The copy of a row of public.site would have its key, [id]. Say how new ones are made: .newKeys(\"site\", \"id\", \"…\")",
                        "The copy of a row of public.odd would have its key, [select, a \"b]",
                        "The copy of a row of public.customer would have its [name], which is unique. Say what it has: "
                                + ".rewriting(\"customer\", \"name\", \"…\")",
                        "The copy of a row of public.person would have its [lower(email)], which is unique.");
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void aColumnThatIsNotThereIsNamed() throws SQLException {
        assertThatThrownBy(() -> copy().newKeys("plan", "code", "1")
                        .rewriting("site", "nme", "1")
                        .from(live)
                        .plan())
                .hasMessageContainingAll(
                        "There is no column public.plan.code of which a tenant owns rows.",
                        "There is no column public.site.nme of which a tenant owns rows.");
        assertThatThrownBy(() -> copy().rewriting("nothing", "a", "1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nobodyIsCopiedOverSomebodyElse() throws SQLException {
        assertThatThrownBy(() -> Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                        .clone(A, B)
                        .from(live)
                        .plan())
                .hasMessageContaining(
                        B + " has rows in public.customer already, which are no copy. Copy to an owner who has none.");
        assertThatThrownBy(() -> Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                        .clone(A, A))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNotCopiedCannotBePointedAt() throws SQLException {
        sql(live, "update ticket set author = 1001 where id = 7", "update step set parent = 1001 where id = 5");
        RestorePlan plan = copy().from(live).plan();
        assertThat(plan.conflicts())
                .anySatisfy(conflict -> assertThat(conflict)
                        .contains("Rows of ticket, [7], point through author at rows of person that are not copied."))
                .anySatisfy(conflict -> assertThat(conflict)
                        .contains("Rows of step, [5], point through parent at rows of step that are not copied."));
        List<String> before = all(live);
        assertThatThrownBy(plan::execute).isInstanceOf(TransferRefusedException.class);
        assertThat(all(live)).isEqualTo(before);
    }

    /** In a table that has rows of owners too. */
    @Test
    void rowsForAllArePointedAtAsTheyAre() throws SQLException {
        both(
                "create table label (id int primary key, customer_id uuid)",
                "insert into label values (1, null), (2, " + OF_A + ")",
                "create table labelled (id int generated always as identity primary key, customer_id uuid not null, label int references label)",
                "insert into labelled (customer_id, label) values (" + OF_A + ", 1), (" + OF_A + ", 2)");
        OwnershipModel model =
                OwnershipModel.read(live, rules -> TwoTenants.rules(rules).sharedWhereNull("customer_id"));
        said(Transfer.between(live, model).clone(A, COPY).inChunksOf(40))
                .newKeys("label", "id", "id + 5000")
                .from(live)
                .plan()
                .execute();
        assertThat(rows(
                        live,
                        "select l.label = 1, b.customer_id from labelled l join label b on b.id = l.label where l."
                                + owned(COPY) + " order by 1 desc"))
                .hasSize(2)
                .first()
                .isEqualTo("t");
    }

    /** In a chunk that is written alone, and in tables that are written whole. */
    @Test
    void norIfItIsPointedAtSinceThePlan() throws SQLException {
        for (String change :
                List.of("update ticket set author = 1001 where id = 7", "update step set parent = 1001 where id = 5")) {
            RestorePlan plan = copy().from(live).plan();
            sql(live, change);
            assertThatThrownBy(plan::execute)
                    .isInstanceOf(TransferRefusedException.class)
                    .hasMessageContaining("that are not copied.");
            sql(live, "update ticket set author = 7 where id = 7", "update step set parent = 4 where id = 5");
        }
        copy().from(live).plan().execute();
        assertThat(shape(COPY)).isEqualTo(shape(A));
    }

    /** What names somebody else goes on to. */
    @Test
    void theOwnerAloneIsReplaced() throws SQLException {
        sql(
                live,
                "alter table log add of uuid references customer",
                "update log set of = " + OF_B + " where text is null and customer_id = " + OF_A,
                "update log set of = " + OF_A + " where text is not null and customer_id = " + OF_A);
        RestoreReport report = copy().from(live).plan().execute();
        assertThat(rows(live, "select distinct of from log where customer_id = " + OF_COPY))
                .containsExactlyInAnyOrder(COPY.uuid().toString(), B.uuid().toString());
        assertThat(report.findings()).hasSize(1);
    }

    @Test
    void itGoesOnWhereItWasStopped() throws SQLException {
        List<String> before = all(live);
        for (String table : List.of("person", "ticket", "step", "odd")) {
            RestorePlan plan = copy().from(live).plan();
            assertThatThrownBy(() -> plan.execute(event -> {
                        if (event.table().table().equals(table)) {
                            throw new IllegalStateException("stopped");
                        }
                    }))
                    .hasMessage("stopped");
        }
        RestoreReport report = copy().from(live).plan().execute();
        assertThat(report.differing()).isEmpty();
        assertThat(shape(COPY)).isEqualTo(shape(A));
        assertThat(all(live)).hasSize(before.size() + ROWS_OF_EACH);
        RestorePlan again = copy().from(live).plan();
        assertThat(again.toString()).startsWith("1 tenant: 0 rows to insert");
        sql(live, "delete from log where customer_id = " + OF_COPY);
        assertThat(copy().from(live).plan().execute().differing()).isEmpty();
        assertThat(all(live)).hasSize(before.size() + ROWS_OF_EACH);
    }

    @Test
    void fromABackupAndFromAnArchive() throws SQLException, IOException {
        Transfer.between(backup, OwnershipModel.read(backup, TwoTenants::rules))
                .export(A)
                .to(directory.resolve("a"))
                .run();
        List<String> shape = shape(A);
        destroy(A);
        copy().from(backup).plan().execute();
        assertThat(shape(COPY)).isEqualTo(shape);
        destroy(COPY);
        Transfer transfer = Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules));
        TenantId second = TenantId.create();
        said(transfer.clone(A, second))
                .from(Archives.in(directory.resolve("a"), ArchiveTrust.nobody().unsignedToo()))
                .plan()
                .execute();
        assertThat(shape(live, second)).isEqualTo(shape);
    }

    /** Keys that are UUIDs say what they are of after the copy too; and what points by type and ID, or at a unique column, follows. */
    @Test
    void idsKeepTheirKindAndEveryFormOfReferenceFollows() throws SQLException {
        SiteId site = SiteId.create();
        UUID plain = UUID.fromString("0190a0a0-1111-7222-8333-444455556666");
        sql(
                live,
                "create table shop (id uuid primary key, customer_id uuid not null references customer, code text not null unique)",
                "create table till (shop_id uuid not null references shop, number int not null, primary key (shop_id, number))",
                "create table sale (id uuid primary key, shop_id uuid not null, till int not null, code text references shop (code),"
                        + " foreign key (shop_id, till) references till)",
                "create table detail (id uuid primary key references sale, words text)",
                "create table remark (id bigserial primary key, of_type text, of_id uuid, words text)",
                "insert into shop values ('" + site.uuid() + "', " + OF_A + ", 'S1')",
                "insert into till values ('" + site.uuid() + "', 1), ('" + site.uuid() + "', 2)",
                "insert into sale values ('" + plain + "', '" + site.uuid() + "', 2, 'S1')",
                "insert into detail values ('" + plain + "', 'sold')",
                "insert into remark (of_type, of_id, words) values ('shop', '" + site.uuid() + "', 'a'), ('sale', '"
                        + plain + "', 'b')",
                "create table pin (id bigserial primary key, of_id uuid)",
                "create table flag (id bigserial primary key, of_type text, of_id bigint)",
                "insert into flag (of_type, of_id) values ('person', 7), ('ticket', 7)",
                "insert into pin (of_id) values ('" + site.uuid() + "'), ('" + plain + "')");
        OwnershipModel model = OwnershipModel.read(live, rules -> TwoTenants.rules(rules)
                .ownedThroughType("remark", "of_type", "of_id", Map.of("shop", "shop", "sale", "sale"))
                .ownedThroughType("flag", "of_type", "of_id", Map.of("person", "person", "ticket", "ticket"))
                .ownedThroughAny("pin", "of_id", "shop", "sale"));
        Clone clone = said(Transfer.between(live, model).clone(A, COPY))
                .rewriting("shop", "code", "code || '-2'")
                .rewriting("detail", "words", "upper(words)");
        RestoreReport report = clone.from(live).plan().execute();
        assertThat(report.differing()).isEmpty();
        UUID copied = UUID.fromString(
                rows(live, "select id from shop where customer_id = " + OF_COPY).get(0));
        assertThat(copied.version()).isEqualTo(8);
        assertThat(SiteId.KIND.of(copied)).isNotEqualTo(site); // which refuses a UUID of another kind
        assertThat(rows(
                        live,
                        "select concat_ws(' ', d.words, s.code, s.till) from detail d join sale s on s.id = d.id join shop on shop.id = s.shop_id"
                                + " where shop.customer_id = " + OF_COPY))
                .containsExactly("SOLD S1-2 2");
        assertThat(
                        rows(
                                live,
                                "select concat_ws(' ', r.words, s.id, substr(x.id::text, 15, 1)) from remark r left join shop s on s.id = r.of_id"
                                        + " and r.of_type = 'shop' left join sale x on x.id = r.of_id and r.of_type = 'sale' order by 1"))
                .containsExactlyInAnyOrder("a " + site.uuid(), "b 7", "a " + copied, "b 7");
        assertThat(
                        rows(
                                live,
                                "select f.of_type from flag f left join person p on p.id = f.of_id and f.of_type = 'person' and p.customer_id = "
                                        + OF_COPY
                                        + " left join ticket t on t.id = f.of_id and f.of_type = 'ticket' left join site s on s.id = t.site_id"
                                        + " and s.customer_id = " + OF_COPY
                                        + " where p.email = 'copy of p7' or (s.id is not null and t.title like '% 7') order by 1"))
                .as("the same number, of things of two kinds")
                .containsExactly("person", "ticket");
        assertThat(rows(live, "select distinct of_id from pin")).hasSize(4).contains(copied.toString());
    }

    /** It is read by other code, which would find the copy's rows with the original's. */
    @Test
    void aColumnOfOwnersFollowsWhereAnotherWayDecides() throws SQLException {
        sql(
                live,
                "create table entry (id bigserial primary key, customer_id uuid not null, type text not null, target bigint not null)",
                "create table remark (id bigserial primary key, customer_id uuid not null, ticket_id bigint not null)",
                "insert into entry values (1, " + OF_A + ", 'ticket', 1), (2, " + OF_B + ", 'ticket', 2)",
                "insert into remark values (1, " + OF_A + ", 1)");
        OwnershipModel model = OwnershipModel.read(live, rules -> TwoTenants.rules(rules)
                .ownedThroughType("entry", "type", "target", Map.of("ticket", "ticket"))
                .foreignKey("remark", "ticket_id", "ticket")
                .ownedThrough("remark", "ticket_id"));
        said(Transfer.between(live, model).clone(A, COPY)).from(live).plan().execute();
        assertThat(rows(live, "select customer_id = " + OF_COPY + " from entry where id > 2 order by target"))
                .as("one of A's rows names somebody else, and still does")
                .containsExactly("t", "f");
        assertThat(rows(live, "select count(*) from entry where id > 2 and customer_id = " + OF_B))
                .containsExactly("1");
        assertThat(rows(live, "select customer_id = " + OF_COPY + " from remark where id > 1"))
                .containsExactly("t");
        assertThat(rows(live, "select count(*) from entry where id < 3 and customer_id = " + OF_COPY))
                .containsExactly("0");
    }
}
