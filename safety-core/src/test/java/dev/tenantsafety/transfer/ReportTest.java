package dev.tenantsafety.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.archive.ArchiveRefusedException;
import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.archive.SealedFile;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a run, while it lasts and afterwards. */
class ReportTest extends TwoTenants {

    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "HmacSHA256");
    private static final ArchiveTrust TRUST = ArchiveTrust.nobody().hmac("reports", KEY);

    @TempDir
    private Path directory;

    private RestorePlan plan() throws SQLException {
        return Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                .restore(A)
                .inChunksOf(7, 1)
                .inParallel(1)
                .from(backup)
                .plan();
    }

    @Test
    void theReportIsSigned() throws SQLException, IOException {
        destroy(A);
        RestoreReport report = plan().execute();
        Path json = report.writeTo(directory, ArchiveSeal.hmac("reports", KEY));
        assertThat(json).hasFileName("restore-" + report.run() + ".json");
        assertThat(SealedFile.read(json, TRUST))
                .isEqualTo(report.json())
                .contains(
                        "\"run\" : \"" + report.run() + "\"",
                        "\"policy\" : \"INSERT_MISSING\"",
                        "\"owners\" : [ \"" + A + "\" ]",
                        "\"table\" : \"person\"",
                        "\"inserted\" : 50",
                        "\"resumed\" : false");
        Path text = directory.resolve("restore-" + report.run() + ".txt");
        assertThat(SealedFile.read(text, TRUST))
                .startsWith(report + "\nRun " + report.run() + ", policy INSERT_MISSING, from the database ")
                .contains(
                        "\n  " + A + "\n",
                        "\n  public.person: 50 inserted, 0 updated, 0 kept, 0 as they were; equal to the source");
        assertThatThrownBy(() -> report.writeTo(directory, ArchiveSeal.unsigned()))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThatThrownBy(() -> SealedFile.read(json, ArchiveTrust.nobody().unsignedToo()))
                .isInstanceOf(ArchiveRefusedException.class);
        Files.writeString(json, report.json().replace("50", "51"));
        assertThatThrownBy(() -> SealedFile.read(json, TRUST))
                .isInstanceOf(ArchiveRefusedException.class)
                .hasMessageContaining("it is not what was sealed");
        Files.writeString(SealedFile.seal(text), "x");
        assertThatThrownBy(() -> SealedFile.read(text, TRUST))
                .isInstanceOf(ArchiveRefusedException.class)
                .hasMessageContaining("is no seal");
    }

    @Test
    void whatLeadsNowhereIsFoundAfterwardsToo() throws SQLException {
        sql(backup, "update ticket set author = 1001 where id = 7");
        destroy(A);
        assertThat(plan().execute().findings())
                .containsExactly(
                        "1 rows of public.ticket, such as [7], point through author at rows of somebody else of public.person. "
                                + "They came back as they were; mend them.");
    }

    @Test
    void rowsOfOthersAreCompared() throws SQLException {
        Restore restore = Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules))
                .restore(A);
        destroy(A);
        assertThat(restore.from(backup).plan().execute().others()).hasToString("Nobody else's rows were compared.");
        sql(live, "insert into customer select gen_random_uuid(), 'name of ' || n from generate_series(1, 4) n");
        destroy(A);
        assertThat(restore.comparingOthers(3).from(backup).plan().execute().others())
                .isEqualTo(new OthersChecked(3, 0))
                .hasToString("Of 3 others whose rows were compared before and after, 3 are as they were.");
        destroy(A);
        RestoreReport report = restore.comparingOthers(Integer.MAX_VALUE)
                .from(backup)
                .plan()
                .execute(event -> {
                    if (event.table().table().equals("person")) {
                        bSays("hello");
                    }
                });
        assertThat(report.others()).isEqualTo(new OthersChecked(4, 1));
        assertThat(report.text())
                .contains(
                        "Of 5 others whose rows were compared before and after, 4 are as they were, and 1 were changed meanwhile, not by "
                                + "the restore.");
    }

    private void bSays(String text) {
        try {
            sql(live, "insert into log values ('" + B.uuid() + "', '" + text + "')");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRunIsStoppedAndGoesOn() throws SQLException {
        List<String> before = all(live);
        destroy(A);
        RestorePlan plan = plan();
        List<TransferProgress.Event> events = new ArrayList<>();
        TransferProgress counting = events::add;
        assertThatThrownBy(() -> plan.execute(counting.until(() -> events.size() == 3)))
                .isInstanceOf(TransferStoppedException.class)
                .hasMessageMatching(
                        "Stopped after \\d+ rows, with 0 of 1 owners done. What was written stays; execute again to go on from there.");
        assertThat(events).hasSize(3);
        assertThat(plan.execute().resumed()).isTrue();
        assertThat(all(live)).isEqualTo(before);
    }

    @Test
    void progressSaysHowLongItTakes() throws SQLException {
        destroy(A);
        List<TransferProgress.Event> events = new ArrayList<>();
        plan().execute(events::add);
        assertThat(events.get(0).remaining()).isEmpty();
        TransferProgress.Event last = events.get(events.size() - 1);
        assertThat(last.remaining()).contains(new TransferProgress.Remaining(Duration.ZERO, Duration.ZERO));
        assertThat(last.bytesDone()).isBetween(5_000L, 50_000L);
        assertThat(events.get(events.size() / 2).remaining())
                .hasValueSatisfying(left -> assertThat(left.least()).isLessThanOrEqualTo(left.most()));
        assertThat(new TransferProgress.Remaining(Duration.ofMillis(2100), Duration.ofMillis(4200)))
                .hasToString("about 2 to 5 s");
        assertThat(new TransferProgress.Remaining(Duration.ZERO, Duration.ofMillis(10)))
                .hasToString("about 0 to 1 s");
    }

    @Test
    void theConsoleShowsABar() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ConsoleProgress console = new ConsoleProgress(new PrintStream(shown, true, StandardCharsets.UTF_8));
        TableName table = new TableName("public", "ticket");
        console.at(new TransferProgress.Event(
                table,
                3,
                883,
                50,
                100,
                0,
                1_000_000_000L,
                Optional.of(new TransferProgress.Remaining(Duration.ofSeconds(1), Duration.ofSeconds(3)))));
        console.at(new TransferProgress.Event(table, 883, 883, 100, 100, 0, 2_000_000_000L, Optional.empty()));
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("100%", "100/100", "883/883", "50 rows/s");
    }
}
