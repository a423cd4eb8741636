package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.id.IdListReport.Count;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdListTest {

    private static final AppId FIRST = AppId.parse("app_01h455vb4pex5vsknk084sn02q");
    private static final AppId SECOND = AppId.parse("app_01h455vb4pex5vsknk084sn02r");
    private static final SiteId SITE = SiteId.parse("site_01h455vb4pex5vsknk084sn02s");
    private static final IdListReader<AppId> APPS = IdList.of(AppId.KIND);

    @TempDir
    private Path folder;

    @BeforeAll
    static void kindsAreKnown() {
        IdKinds.register(AccountId.KIND);
        IdKinds.register(SiteId.KIND);
    }

    private static List<AppId> read(IdListReader<AppId> reader, String text) throws IOException {
        return reader.read(new StringReader(text));
    }

    private static void assertRefused(IdListReader<AppId> reader, String text, String report) {
        assertThatThrownBy(() -> read(reader, text))
                .isInstanceOf(IllegalIdListException.class)
                .hasMessage(report);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s\n%s\n",
                "%s\n%s",
                "%s\r\n%s\r\n",
                "%s\r%s\r",
                "\ufeff%s\n%s\n",
                "\ufeff# retire these\n%s\n\n   \n# and this\n%s\n#",
                "\n\n%s\n\t\n%s\n\n"
            })
    void oneALineWithCommentsBlankLinesAndAllLineEnds(String form) throws IOException {
        assertThat(read(APPS, form.formatted(FIRST, SECOND))).containsExactly(FIRST, SECOND);
    }

    @Test
    void theListKnowsItsKindAndCannotBeChanged() throws IOException {
        IdList<AppId> list = APPS.read(new StringReader(FIRST + "\n" + SECOND));
        assertThat(list.kind()).isSameAs(AppId.KIND);
        assertThat(list).isEqualTo(List.of(FIRST, SECOND)).hasToString("[" + FIRST + ", " + SECOND + "]");
        assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.set(0, SECOND)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theListOfTheIncidentIsRefusedWithACensus() throws IOException {
        Path file = folder.resolve("to-retire.csv");
        Files.write(
                file,
                Stream.generate((Supplier<SiteId>) SiteId::create)
                        .limit(883)
                        .map(SiteId::toString)
                        .toList());
        assertThatThrownBy(() -> APPS.reportingUpTo(2).read(file))
                .isInstanceOfSatisfying(IllegalIdListException.class, e -> {
                    assertThat(e.report().census())
                            .containsExactly(new Count(883, "site IDs"), new Count(0, "app IDs"));
                    assertThat(e.report().badLineCount()).isEqualTo(883);
                    assertThat(e.report().badLines()).hasSize(2);
                })
                .hasMessageStartingWith(file + ": Expected 883 app IDs, found 883 site IDs and 0 app IDs.\n  line 1:"
                        + " Expected an app ID (app_…) but got a site ID: site_01")
                .hasMessageEndingWith("\n  and more bad lines: 881\nNothing was read. Did the list come from the wrong"
                        + " column, query or file?");
    }

    @Test
    void oneBadLineIsEnoughAndAllSortsAreCounted() {
        assertRefused(
                APPS.reportingUpTo(0),
                String.join(
                        "\n",
                        FIRST.toString(),
                        SITE.toString(),
                        "site_" + "0".repeat(25),
                        SECOND.toString(),
                        "account_7",
                        "app_nonsense",
                        "app_" + new TypeIdText("", SiteId.create().uuid()),
                        SiteId.create().uuid().toString(),
                        "{6fa459ea-ee8a-4ca4-894e-db77e160355e}",
                        "wombat_01h455vb4pex5vsknk084sn02q",
                        FIRST.toString(),
                        "hello"),
                "the reader: Expected 12 app IDs, found 3 app IDs, 2 site IDs, 2 unreadable app IDs, 1 ID of an unknown kind, 1 account"
                        + " ID, 1 bare UUID that does not tell its kind, 1 other text and 1 site ID as a bare UUID. Duplicates: 1.\n"
                        + "  and more bad lines: 9\n  and more duplicates: 1\n"
                        + "Nothing was read. Did the list come from the wrong column, query or file?");
    }

    @Test
    void badLinesAreListedWithTheirNumbers() {
        assertRefused(
                APPS,
                "# apps\n" + FIRST + "\n\n " + SECOND + "\nsite_01h455vb4pex5vsknk084sn02s\n",
                "the reader: Expected 3 app IDs, found 1 app ID, 1 site ID and 1 unreadable app ID.\n"
                        + "  line 4: Expected an app ID (app_…) but got \" " + SECOND
                        + "\", with blanks around it. Strip"
                        + " them where the text comes from: " + SECOND + ".\n"
                        + "  line 5: Expected an app ID (app_…) but got a site ID: " + SITE
                        + " (SiteId). Did it come from"
                        + " the wrong column or variable?\n"
                        + "Nothing was read. Did the list come from the wrong column, query or file?");
    }

    @Test
    void duplicatesAreRefusedUnlessTheyAreToBeDropped() throws IOException {
        String text = FIRST + "\n" + SECOND + "\n\n" + FIRST + "\n";
        assertRefused(
                APPS,
                text,
                "the reader: Expected 3 app IDs, found 3 app IDs. Duplicates: 1.\n  line 4: " + FIRST
                        + " stands in line 1 already.\nNothing was read. Find out why IDs are listed twice, or say"
                        + " droppingDuplicates().");
        assertThat(read(APPS.droppingDuplicates(), text)).containsExactly(FIRST, SECOND);
    }

    @Test
    void aListOfAnotherLengthThanAnnouncedIsRefused() throws IOException {
        String text = FIRST + "\n" + SECOND;
        assertThat(read(APPS.expecting(2), text)).hasSize(2);
        assertRefused(
                APPS.expecting(883),
                text,
                "the reader: Expected 883 app IDs, found 2 app IDs.\nNothing was read. Find out why the list is longer or"
                        + " shorter than announced.");
    }

    @Test
    void anEmptyListIsRefusedUnlessAnnounced() throws IOException {
        assertRefused(
                APPS,
                "\ufeff\n# nothing here\n",
                "the reader: The list is empty; expected app IDs.\nNothing was read. If an empty list is right, say"
                        + " expecting(0).");
        assertThat(read(APPS.expecting(0), "\n")).isEmpty();
        assertThat(read(APPS.expecting(0).column("app"), "app\n")).isEmpty();
    }

    @Test
    void aCsvColumnByName() throws IOException {
        String text = "# export of today\nname,app,\"site \"\"id\"\"\"\r\n"
                + "\"Acme, Inc.\"," + FIRST + "," + SITE + "\r\n\r\n"
                + "\"two\nlines\",\"" + SECOND + "\",\r\n";
        assertThat(read(APPS.column("app"), text)).containsExactly(FIRST, SECOND);
        assertRefused(
                APPS.column("site \"id\""),
                text,
                "the reader: Expected 2 app IDs, found 1 other text, 1 site ID and 0 app IDs.\n"
                        + "  line 3: Expected an app ID (app_…) but got a site ID: " + SITE
                        + " (SiteId). Did it come from"
                        + " the wrong column or variable?\n"
                        + "  line 5: Expected an app ID (app_…) but got an empty text. Find out why the value is missing.\n"
                        + "Nothing was read. Did the list come from the wrong column, query or file?");
    }

    /** "#1 Pizza" is a name, and its app must not be lost. */
    @Test
    void aRecordThatBeginsLikeACommentIsARecord() throws IOException {
        assertThat(read(APPS.column("app"), "# apps\n\nname,app\n#1 Pizza," + FIRST + "\nB," + SECOND))
                .containsExactly(FIRST, SECOND);
        assertThatThrownBy(() -> read(APPS.column(2), "a," + FIRST + "\n# a comment\n"))
                .hasMessageContaining("line 2: This record has 1 column where 2 are expected.");
    }

    @Test
    void aColumnNeedsAName() {
        assertThatThrownBy(() -> APPS.column(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name of the column");
    }

    @Test
    void aCsvColumnByNumberAndOtherSeparators() throws IOException {
        assertThat(read(APPS.column(2), "a," + FIRST + "\nb," + SECOND)).containsExactly(FIRST, SECOND);
        assertThat(read(APPS.column(2).separator(';'), "a;" + FIRST + "\nb;" + SECOND))
                .hasSize(2);
        assertThat(read(APPS.column("app").separator('\t'), "app\tb\n" + FIRST + "\t1,2"))
                .containsExactly(FIRST);
    }

    @Test
    void aMissingOrAmbiguousColumnIsRefused() {
        assertRefused(
                APPS.column("app_id"),
                "app,site\n" + FIRST + "," + SITE,
                "the reader: The header has no column app_id.\nNothing was read. Its columns are: app, site.");
        assertRefused(
                APPS.column("app"),
                "app,app\n" + FIRST + "," + SECOND,
                "the reader: The header has more than one column app.\nNothing was read. Its columns are: app, app.");
        assertRefused(
                APPS.column("app"),
                "",
                "the reader: The list is empty: it has no header with the column app.\nNothing was read. Find out why.");
    }

    /** A separator within an unquoted text would move the ID of another column into ours. */
    @Test
    void recordsOfAnotherWidthAreRefused() {
        assertRefused(
                APPS.column("app"),
                "name,old_app,app\nAcme, Inc.," + FIRST + "," + SECOND + "\n",
                "the reader: Expected 1 app ID, found 1 unreadable record and 0 app IDs.\n"
                        + "  line 2: This record has 4 columns where 3 are expected. Is the separator right, and are texts"
                        + " that hold it in quotes?\n"
                        + "Nothing was read. Did the list come from the wrong column, query or file?");
        assertThatThrownBy(() -> read(APPS.column(3), "a," + FIRST))
                .hasMessageContaining("line 1: This record has 2 columns where 3 are expected.");
    }

    /** A stray quote would swallow the lines up to the next one. */
    @Test
    void strayQuotesAreRefused() {
        assertThatThrownBy(() -> read(APPS.column(1), FIRST + ",\"Acme\n" + SECOND + ",b\n"))
                .hasMessageContaining("line 1: A quote opens in this record and is never closed.");
        assertThatThrownBy(() -> read(APPS.column(1), FIRST + ",\"Acme\n" + SECOND + ",\"b\n"))
                .hasMessageContaining(
                        "line 1: Text follows a closing quote in this record, so its columns cannot be told.");
    }

    @Test
    void aStrayQuoteInTheHeaderIsRefused() {
        assertRefused(
                APPS.column("app"),
                "app,\"site\n" + FIRST + "," + SITE,
                "the reader: The header cannot be read. A quote opens in this record and is never closed.\nNothing was read."
                        + " Mend the quotes.");
    }

    @Test
    void whoReadsACsvFileAsLinesIsToldHowToNameTheColumn() {
        assertThatThrownBy(() -> read(APPS, "app,site\n" + FIRST + "," + SITE))
                .hasMessageEndingWith("Nothing was read. If this is a CSV file, name the column: column(\"…\").");
    }

    @Test
    void aFileOfAnotherEncodingIsRefusedLineByLine() throws IOException {
        Path file = folder.resolve("utf-16.txt");
        Files.write(file, (FIRST + "\n").getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> APPS.read(file))
                .isInstanceOf(IllegalIdListException.class)
                .hasMessageContaining("utf-16.txt: Expected ")
                .hasMessageContaining("line 1: Expected an app ID (app_…) but ")
                .hasMessageContaining("REPLACEMENT CHARACTER");
        Path broken = folder.resolve("latin-1.csv");
        Files.write(broken, ("M\u00fcller," + FIRST).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(APPS.column(2).read(broken)).containsExactly(FIRST);
    }

    @Test
    void aHugeLineIsCountedAndNotKept() {
        assertThatThrownBy(() -> read(APPS, "app_" + "0".repeat(10 << 20)))
                .hasMessageContaining(
                        "line 1: Expected an app ID (app_…) but got a text of 10485764 characters: \"app_");
    }

    @Test
    void aMissingFileIsTheCallersToHandle() {
        assertThatThrownBy(() -> APPS.read(folder.resolve("nowhere.txt"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> APPS.column(0))
                .hasMessage("Columns are counted from 1 to 1024; there is no column 0.");
        assertThatThrownBy(() -> APPS.expecting(-1)).hasMessage("A list cannot hold -1 IDs.");
        assertThatThrownBy(() -> APPS.reportingUpTo(-1)).hasMessage("A report cannot list -1 lines.");
        assertThatThrownBy(() -> APPS.separator('"')).hasMessageContaining("Columns cannot be separated by '\"'.");
    }

    @Test
    void aReaderThatGivesOneCharacterAtATimeReadsTheSame() throws IOException {
        String text = "#x\r\r\na,\"b\"\"\r\nc\"," + FIRST + "\r\n\r\nd,e," + SECOND;
        java.io.Reader slow = new StringReader(text) {
            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                return super.read(buffer, offset, 1);
            }
        };
        assertThat(APPS.column(3).read(slow)).containsExactly(FIRST, SECOND);
    }

    @Test
    void aReaderThatGivesNothingForAWhileIsReadToItsEnd() throws IOException {
        java.io.Reader hesitant = new StringReader(FIRST + "\n" + SECOND + "\n") {
            private boolean gaveNothing;

            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                gaveNothing = !gaveNothing;
                return gaveNothing ? 0 : super.read(buffer, offset, 20);
            }
        };
        assertThat(APPS.read(hesitant)).containsExactly(FIRST, SECOND);
    }

    @Test
    void columnsPastThoseThatAreKeptDoNotTouchTheOthers() throws IOException {
        String header = "c,".repeat(1023) + "app,x,y";
        assertThat(read(APPS.column("app"), header + "\n" + ",".repeat(1023) + FIRST + ",,"))
                .containsExactly(FIRST);
    }

    @Test
    void theReportIsAValue() {
        IdListReport report = new IdListReport("s", "h", List.of(), 0, List.of(), 0, List.of(), "n");
        assertThat(report)
                .hasToString("s: h\nn")
                .isEqualTo(new IdListReport("s", "h", List.of(), 0, List.of(), 0, List.of(), "n"));
        assertThat(Stream.of(new Count(2, "app IDs")).map(Count::toString).collect(Collectors.joining()))
                .isEqualTo("2 app IDs");
    }
}
