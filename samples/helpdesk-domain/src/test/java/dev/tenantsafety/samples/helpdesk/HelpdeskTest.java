package dev.tenantsafety.samples.helpdesk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.ownership.OwnershipFinding;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.scope.TenantScope;
import dev.tenantsafety.testing.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HelpdeskTest {

    private static final HelpdeskSize SIZE = new HelpdeskSize(60, 12, 10, 5, 42);

    private static DataSource filled(Database kind) throws SQLException {
        DataSource database = kind.connections();
        Helpdesk.create(database);
        HelpdeskData.of(SIZE).fill(database);
        return database;
    }

    private static List<String> texts(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameRows(Database kind) throws SQLException {
        DataSource one = filled(kind);
        DataSource other = filled(kind);
        for (Helpdesk.Table table : Helpdesk.OF_SITES) {
            String rows = "select concat_ws('|', " + String.join(", ", table.columns()) + ") from " + table.name()
                    + " order by 1";
            assertThat(texts(one, rows)).isNotEmpty().isEqualTo(texts(other, rows));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thoseWithTheLegacyAppAreOfFewerCustomers(Database kind) throws SQLException {
        DataSource database = filled(kind);
        String legacy = "from site s join app_installation a on a.site_id = s.id where app_name = 'Insight (legacy)'";
        assertThat(texts(database, "select cast(s.id as varchar) " + legacy))
                .containsExactlyInAnyOrderElementsOf(HelpdeskData.of(SIZE).legacySites().stream()
                        .map(site -> site.uuid().toString())
                        .toList());
        assertThat(texts(database, "select count(distinct s.customer_id) " + legacy))
                .containsExactly("10");
        assertThat(texts(database, "select count(*) from customer")).containsExactly("58");
    }

    @ParameterizedTest
    @EnumSource
    void itIsClearWhoseEachRowIs(Database kind) throws SQLException {
        DataSource database = filled(kind);
        OwnershipModel model = OwnershipModel.read(database, Helpdesk::rules);
        try (Connection connection = database.getConnection()) {
            assertThat(model.check(connection))
                    .extracting(OwnershipFinding::text)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMappingFitsTheSchemaAndReadsASitesRowsAlone(Database kind) throws SQLException {
        DataSource database = filled(kind);
        SiteId site = HelpdeskData.of(SIZE).site(0);
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("helpdesk");
        configuration.managedClasses(Helpdesk.entities());
        configuration.property("jakarta.persistence.nonJtaDataSource", database);
        configuration.property("hibernate.hbm2ddl.auto", "validate");
        try (SessionFactory factory = configuration.createEntityManagerFactory();
                Session session = factory.openSession()) {
            long tickets = TenantScope.of(site)
                    .call(() -> session.createQuery("select count(t) from Ticket t", Long.class)
                            .getSingleResult());
            String ofSite = "select count(*) from ticket t join project p on p.id = t.project_id where p.site_id = '"
                    + site.uuid() + "'";
            assertThat(texts(database, ofSite)).containsExactly(String.valueOf(tickets));
            assertThat(tickets).isPositive();
        }
    }
}
