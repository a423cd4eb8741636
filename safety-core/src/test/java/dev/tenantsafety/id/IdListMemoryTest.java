package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.testing.JavaProcess;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads lists in a JVM of its own whose heap is far smaller than the list. */
class IdListMemoryTest {

    @ParameterizedTest
    @CsvSource({
        // three million bad lines of 40 characters, of all sorts, in 12 MiB
        "12m, BAD, 3000000, 3000000 bad",
        // one line of 300 million characters
        "12m, HUGE_LINE, 1, 1 bad",
        // a quoted column of 300 million characters beside the ID
        "12m, HUGE_COLUMN, 2, 1 good",
        // an ID of 300 million characters in quotes
        "12m, HUGE_FIELD, 2, 1 bad",
        // a million IDs, which are kept
        "112m, GOOD, 1000000, 1000000 good",
    })
    void memoryGrowsWithTheIdsThatAreReturnedAndWithNothingElse(String heap, String list, long entries, String expected)
            throws Exception {
        String output = JavaProcess.run(List.of("-Xmx" + heap), Main.class, List.of(list, Long.toString(entries)));
        assertThat(output).isEqualTo(expected + "\n");
    }

    /** Runs in the small heap. */
    static final class Main {

        private static final String LONG_TEXT = "x".repeat(1000);

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            long entries = Long.parseLong(arguments[1]);
            IdListReader<AppId> apps = IdList.of(AppId.KIND);
            String result;
            try {
                result = switch (arguments[0]) {
                    case "BAD" ->
                        apps.read(new Generated(entries, Main::badLine)).size() + " good";
                    case "GOOD" ->
                        apps.read(new Generated(entries, i -> AppId.create() + "\n"))
                                        .size() + " good";
                    case "HUGE_LINE" ->
                        apps.read(new Generated(300_000, i -> LONG_TEXT)).size() + " good";
                    case "HUGE_FIELD" ->
                        apps.column("note")
                                        .read(new Generated(300_002, Main::hugeColumn))
                                        .size() + " good";
                    default ->
                        apps.column("app")
                                        .read(new Generated(300_002, Main::hugeColumn))
                                        .size() + " good";
                };
            } catch (IllegalIdListException e) {
                result = e.report().badLineCount() + " bad";
            }
            System.out.print(result + "\n");
        }

        private static String badLine(long i) {
            return switch ((int) (i % 5)) {
                case 0 -> SiteId.create() + "\n";
                case 1 -> "kind_" + (char) ('a' + i % 26) + (char) ('a' + i / 26 % 26) + "_" + i + "\n";
                case 2 -> new UUID(i, -i) + "\n";
                case 3 -> "nonsense " + i + "\n";
                default -> "app_" + i + "\n";
            };
        }

        private static String hugeColumn(long i) {
            return i == 0 ? "note,app\n\"" : i == 300_001 ? "\"," + AppId.create() + "\n" : LONG_TEXT;
        }
    }

    /** Text that is made while it is read. */
    private static final class Generated extends Reader {

        private final long pieces;
        private final LongFunction<String> piece;
        private long next;
        private String rest = "";

        Generated(long pieces, LongFunction<String> piece) {
            this.pieces = pieces;
            this.piece = piece;
        }

        @Override
        public int read(char[] buffer, int offset, int length) {
            if (rest.isEmpty()) {
                if (next == pieces) {
                    return -1;
                }
                rest = piece.apply(next++);
            }
            int count = Math.min(length, rest.length());
            rest.getChars(0, count, buffer, offset);
            rest = rest.substring(count);
            return count;
        }

        @Override
        public void close() {}
    }
}
