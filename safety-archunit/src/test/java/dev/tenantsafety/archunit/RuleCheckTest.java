package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class RuleCheckTest {

    private static final String CLEAN = "no code drops what a migration tool made";
    private static final String CALL =
            "Method <dev.tenantsafety.archunit.HardDeleteRulesTest$Cleans.all(org.flywaydb.core.Flyway, liquibase.Liquibase)> calls "
                    + "<Flyway.clean()> in (HardDeleteRulesTest.java): rows are removed for good, past every interceptor. Use delete(…) of "
                    + "a protected entity, which marks, or @AllowsHardDelete(reason = …, ticket = …, until = …).";

    @TempDir
    private Path folder;

    private Path classes;
    private Path baseline;
    private Path reports;
    private String said = "";

    @BeforeEach
    void oneClassThatCleans() throws IOException {
        classes = folder.resolve("classes");
        baseline = folder.resolve("tenant-safety.baseline");
        reports = folder.resolve("reports");
        add(HardDeleteRulesTest.Cleans.class);
    }

    private void add(Class<?> type) throws IOException {
        Path file = classes.resolve(type.getName().replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        try (InputStream bytes = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            Files.write(file, bytes.readAllBytes());
        }
    }

    private void remove(Class<?> type) throws IOException {
        Files.delete(classes.resolve(type.getName().replace('.', '/') + ".class"));
    }

    private int check(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("classes=" + classes, "baseline=" + baseline, "reports=" + reports));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = RuleCheck.run(new PrintStream(out, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
        said = out.toString(StandardCharsets.UTF_8);
        return code;
    }

    @Test
    void violationsEndItAndAreSaidByRule() throws IOException {
        assertThat(check()).isEqualTo(1);
        assertThat(said.lines()).first().isEqualTo(CLEAN + " (2):");
        assertThat(said).endsWith("Tenant Safety: 1 classes, 32 rules, 2 violations, 0 accepted.\n");
        assertThat(baseline).doesNotExist();
        assertThat(reports.resolve("tenant-safety.txt"))
                .content()
                .contains("calls <Liquibase.dropAll()> in (HardDeleteRulesTest.java:");
    }

    @Test
    void nothingEndsItWell() throws IOException {
        remove(HardDeleteRulesTest.Cleans.class);
        add(SqlText.class);
        assertThat(check()).isZero();
        assertThat(said).isEqualTo("Tenant Safety: 1 classes, 32 rules, 0 violations, 0 accepted.\n");
    }

    @Test
    void reportsAreReadByOthers() throws Exception {
        check();
        String sarif = Files.readString(reports.resolve("tenant-safety.sarif"));
        assertThat(sarif)
                .startsWith(
                        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":")
                .contains("\"ruleId\":\"" + CLEAN + "\",\"level\":\"error\"")
                .contains(
                        "\"uri\":\"dev/tenantsafety/archunit/HardDeleteRulesTest.java\",\"uriBaseId\":\"SRCROOT\"},\"region\":{\"startLine\":")
                .contains("\"partialFingerprints\":{\"message/v1\":\"" + CALL + "\"}");
        assertThat(sarif)
                .contains("\"originalUriBaseIds\":{\"SRCROOT\":{\"uri\":\"file:///")
                .contains("/src/main/java/\"}}");
        check("sources=" + folder.resolve("a b"));
        assertThat(reports.resolve("tenant-safety.sarif")).content().contains("/a%20b/\"}}");
        Document junit = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(reports.resolve("TEST-tenant-safety.xml").toFile());
        assertThat(junit.getDocumentElement().getAttribute("tests")).isEqualTo("32");
        assertThat(junit.getDocumentElement().getAttribute("failures")).isEqualTo("1");
        assertThat(junit.getElementsByTagName("failure").item(0).getTextContent())
                .contains("calls <Flyway.clean()>");
    }

    @Test
    void whatIsAcceptedPassesAndWhatIsNewDoesNot() throws IOException {
        assertThat(check("owner=billing", "until=2999-06-30")).isZero();
        assertThat(said)
                .endsWith("tenant-safety.baseline holds 2 violations; 2 came in, of billing, until 2999-06-30.\n");
        String accepted = Files.readString(baseline);
        assertThat(accepted)
                .contains("\nrule: " + CLEAN + "\nowner: billing\nuntil: 2999-06-30\n  " + CALL + "\n  Method <");
        assertThat(check()).isZero();
        assertThat(said).isEqualTo("Tenant Safety: 1 classes, 32 rules, 0 violations, 2 accepted.\n");

        add(HardDeleteRulesTest.UsesMyBatis.class);
        assertThat(check()).isEqualTo(1);
        assertThat(said).contains("calls <SqlSession.delete(String)>").doesNotContain("Flyway");
        assertThat(baseline).content().as("a check adds nothing").isEqualTo(accepted);
    }

    @Test
    void whatIsMendedGoesOut() throws IOException {
        add(HardDeleteRulesTest.UsesMyBatis.class);
        check("owner=billing", "until=2999-06-30");
        remove(HardDeleteRulesTest.Cleans.class);
        assertThat(check()).isZero();
        assertThat(said).startsWith("2 violations of " + baseline + " are mended, and taken out of it. Commit it.\n");
        assertThat(baseline).content().contains("SqlSession").doesNotContain("Flyway");
        remove(HardDeleteRulesTest.UsesMyBatis.class);
        add(SqlText.class);
        assertThat(check()).isZero();
        assertThat(baseline).doesNotExist();
    }

    @Test
    void whatHasExpiredIsNotAccepted() throws IOException {
        check("owner=billing", "until=2999-06-30");
        Files.writeString(baseline, Files.readString(baseline).replace("2999-06-30", "2020-01-01"));
        assertThat(check()).isEqualTo(1);
        assertThat(said)
                .contains("Accepted until 2020-01-01 only, of billing: " + CALL)
                .contains("2 violations, 0 accepted");
        assertThat(check("owner=support", "until=2999-06-30")).isZero();
        assertThat(baseline).content().contains("owner: support").doesNotContain("billing");
        assertThat(check()).isZero();
        assertThat(said).doesNotContain("only, of");
        String renewed = Files.readString(baseline);
        assertThat(check("owner=support", "until=2020-01-01")).isEqualTo(2);
        assertThat(said).contains("until=2020-01-01 is in the past. Name a day from ");
        assertThat(baseline).content().isEqualTo(renewed);
    }

    static class CleansTwice {
        void run(Flyway flyway) {
            flyway.clean();
            flyway.clean();
        }
    }

    /** A second call in a method with an accepted one passed. */
    @Test
    void whatIsAcceptedOnceIsNotAcceptedTwice() throws IOException {
        remove(HardDeleteRulesTest.Cleans.class);
        add(CleansTwice.class);
        assertThat(check("owner=billing", "until=2999-06-30")).isZero();
        assertThat(check()).isZero();
        assertThat(said).contains("0 violations, 2 accepted");
        List<String> lines = new ArrayList<>(Files.readAllLines(baseline));
        lines.remove(lines.size() - 1);
        Files.write(baseline, lines);
        assertThat(check()).isEqualTo(1);
        assertThat(said).contains("1 violations, 1 accepted");
        assertThat(check("owner=support", "until=2999-12-31")).isZero();
        assertThat(baseline).content().contains("owner: billing", "owner: support");
    }

    @Test
    void modulesMayShareABaseline() throws IOException {
        assertThat(check("owner=billing", "until=2999-06-30", "module=one")).isZero();
        remove(HardDeleteRulesTest.Cleans.class);
        add(HardDeleteRulesTest.UsesMyBatis.class);
        assertThat(check("module=two")).isEqualTo(1);
        assertThat(check("owner=support", "until=2999-06-30", "module=two")).isZero();
        assertThat(baseline)
                .content()
                .containsSubsequence("module: one\nrule: ", "owner: billing", "module: two\nrule: ", "owner: support");
        assertThat(check("module=two")).isZero();
        remove(HardDeleteRulesTest.UsesMyBatis.class);
        add(SqlText.class);
        assertThat(check("module=two")).isZero();
        assertThat(baseline).content().contains("module: one").doesNotContain("module: two");
        add(HardDeleteRulesTest.Cleans.class);
        assertThat(check("module=one")).isZero();
        assertThat(check("module=two")).as("what is accepted in another").isEqualTo(1);
    }

    static class Purges {
        void run(List<String> store) {
            store.clear();
        }

        public void close(UUID taskId) {}
    }

    @Test
    void whatIsAddedIsAnArgumentToo() throws IOException {
        remove(HardDeleteRulesTest.Cleans.class);
        add(Purges.class);
        assertThat(check()).isZero();
        assertThat(check("visibility=package", "ownedIds=task, event")).isEqualTo(1);
        assertThat(said).contains("takes <taskId> as UUID");
        assertThat(check("alsoDeletes=java.util.List#clear, com.acme.Store#purge"))
                .isEqualTo(1);
        assertThat(said).contains("calls <List.clear()>");
        assertThat(check("alsoDeletes=com.acme.Store")).isEqualTo(2);
        assertThat(said).contains("alsoDeletes=com.acme.Store names no method. Write it as com.acme.Store#purge.");
        assertThat(check("tabels=a")).isEqualTo(2);
        assertThat(said).contains("Argument tabels is not known. Use one of alsoDeletes, baseline, classes, ");
    }

    @Test
    void ownersAndDaysAreKept() throws IOException {
        check("owner=billing", "until=2999-06-30");
        add(HardDeleteRulesTest.UsesMyBatis.class);
        check("owner=support", "until=2999-12-31");
        assertThat(baseline)
                .content()
                .containsSubsequence(
                        "owner: billing\nuntil: 2999-06-30\n  Method <",
                        "Flyway",
                        "owner: support\nuntil: 2999-12-31\n  Method <",
                        "SqlSession");
        assertThat(check()).isZero();
    }

    @Test
    void whatCannotBeLookedAtIsNoSuccess() throws IOException {
        assertThat(check("until=2999-06-30")).isEqualTo(2);
        assertThat(said).contains("Missing owner=…: name who is responsible for the accepted violations.");
        assertThat(baseline).doesNotExist();
        remove(HardDeleteRulesTest.Cleans.class);
        assertThat(check()).isEqualTo(2);
        assertThat(said).contains("There is no class in [" + classes + "].");
        assertThat(check("classes=" + folder.resolve("none"))).isEqualTo(2);
        assertThat(said).contains("[" + folder.resolve("none") + "] is not there. Compile before the check.");
        assertThat(check("nonsense")).isEqualTo(2);
        assertThat(said).contains("\"nonsense\" is not name=value.");
    }

    @Test
    void aBaselineThatCannotBeReadIsLeftAsItIs() throws IOException {
        for (List<String> bad : List.of(
                List.of("  Method <x>", "line 1: the violation has no rule above it"),
                List.of("rule: a\n  Method <x>", "line 2: the violation has no owner above it"),
                List.of(
                        "rule: a\nowner: b\nuntil: soon\n  Method <x>",
                        "line 4: the violation has no last day above it, as until: 2027-06-30"),
                List.of(
                        "rules: a",
                        "line 1: \"rules: a\" begins neither with module, rule, owner or until nor with two spaces"))) {
            Files.writeString(baseline, bad.get(0));
            assertThat(check()).isEqualTo(2);
            assertThat(said).contains(baseline + ", " + bad.get(1) + ". Mend the line, or take it out.");
            assertThat(baseline).content().isEqualTo(bad.get(0));
        }
    }

    @Test
    void optionsAreArguments() throws IOException {
        assertThat(check("packages=com.acme.., com.other..")).isZero();
        add(AmbiguousIdRulesTest.OfPackage.class);
        assertThat(check("owner=x", "until=2999-06-30")).isZero();
        assertThat(check("visibility=package")).isEqualTo(1);
        assertThat(said).contains("takes <siteId> as UUID");
        assertThat(check("visibility=package", "otherIds=site")).isZero();
    }

    @Test
    void filesOfSqlAreReadOnRequest() throws IOException {
        remove(HardDeleteRulesTest.Cleans.class);
        add(SqlText.class);
        Path migrations = Files.createDirectories(folder.resolve("migrations"));
        Files.writeString(migrations.resolve("V1__tidy.sql"), "delete from ticket;");
        assertThat(check()).isZero();
        assertThat(check("sqlFolders=" + migrations)).isEqualTo(1);
        assertThat(said).contains("File <V1__tidy.sql> has SQL with DELETE of ticket");
        assertThat(check("sqlFolders=" + folder.resolve("none"))).isEqualTo(2);
        assertThat(said).contains("Name one that holds migrations or mappers.");
    }

    static class Report {
        String all() {
            return "select site, sum(price) from invoice group by site";
        }
    }

    @Test
    void queriesOfAllTenantsAreWarningsWhereTablesAreNamed() throws IOException {
        remove(HardDeleteRulesTest.Cleans.class);
        add(Report.class);
        assertThat(check()).isZero();
        assertThat(said).doesNotContain("Warning");
        assertThat(check("tables=invoice")).isZero();
        assertThat(said).contains("Warning: ").contains("invoice").contains("0 violations");
        assertThat(check("tables=invoice", "tenantColumns=site")).isZero();
        assertThat(said).doesNotContain("Warning");
    }
}
