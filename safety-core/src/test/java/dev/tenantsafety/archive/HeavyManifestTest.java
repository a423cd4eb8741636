package dev.tenantsafety.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenantsafety.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reads manifests that are as heavy as the limits allow, each by its own sort of lines, in a heap of the size that {@link ArchiveLimits}
 * names. The seals fit, as those of somebody trusted whose key was stolen.
 */
class HeavyManifestTest {

    private static final long LIMIT = ArchiveLimits.standard().manifestBytes();

    /** More than the last line weighs. */
    private static final int END = 1000;

    /** So that lines are of some 600 KB. */
    private static final int MANY = 40_000;

    private static final String COLUMN = "{\"name\":\"a\",\"type\":\"\",\"generated\":\"\",\"identity\":\"\"}";
    private static final ArchiveTrust ANYBODY = ArchiveTrust.nobody().unsignedToo();

    @TempDir
    Path folder;

    /** What there is much of. */
    private enum Lines {
        NOTES {
            @Override
            String line(int table) {
                return "{\"line\":\"note\",\"note\":{}}";
            }
        },
        MEMBERS {
            @Override
            String line(int table) {
                return "{\"line\":\"note\",\"note\":{" + many(i -> "\"" + (i + 1_000_000) + "\":\"b\"") + "}}";
            }
        },
        LONG_TEXTS {
            @Override
            String line(int table) {
                return "{\"line\":\"note\",\"note\":{\"a\":\"ж" + "x".repeat(1_000_000) + "\"}}";
            }
        },
        FOREIGN_KEYS {
            @Override
            String line(int table) {
                return table(table, COLUMN, many(i -> "\"b\""));
            }
        },
        COLUMNS {
            @Override
            String line(int table) {
                return table(table, many(i -> COLUMN.replace("\"a\"", "\"" + i + "\"")), "");
            }
        },
        OWNERS {
            @Override
            String line(int table) {
                return NOTES.line(table);
            }
        };

        abstract String line(int table);

        private static String table(int table, String columns, String foreignKeys) {
            return "{\"line\":\"table\",\"table\":" + table + ",\"schema\":\"\",\"name\":\"t\",\"columns\":[" + columns
                    + "],\"key\":[],\"foreignKeys\":[" + foreignKeys + "]}";
        }
    }

    private static String many(IntFunction<String> one) {
        return IntStream.range(0, MANY).mapToObj(one).collect(Collectors.joining(","));
    }

    private static String end(int table) {
        return "{\"line\":\"tableEnd\",\"table\":" + table + ",\"rows\":0,\"rowHash\":\"" + "0".repeat(32) + "\"}";
    }

    private static long weight(String line) {
        return ManifestWriter.weight(Forgery.utf8(line));
    }

    /** As many lines as the limit takes, and so many more. */
    private static void write(Path file, Lines sort, int more) throws IOException {
        Forgery forgery = Forgery.of(SampleArchive.bytes(SampleArchive.options(ArchiveSeal.unsigned())));
        forgery.parts.clear();
        if (sort == Lines.OWNERS) {
            forgery.replace("header", 0, "\"tenant_[a-z0-9]+\"", many(i -> "\"tenant_" + (i + 1) + "\""));
        }
        String last = forgery.lines.get(forgery.lines.size() - 1);
        List<String> lines = new ArrayList<>(forgery.lines.subList(0, 1));
        int tables = 0;
        int left = more;
        long weight = weight(lines.get(0)) + END;
        while (true) {
            String line = sort.line(tables + 1);
            boolean isTable = line.startsWith("{\"line\":\"table\"");
            weight += weight(line) + (isTable ? weight(end(tables + 1)) : 0);
            if (weight > LIMIT && left-- == 0) {
                break;
            }
            lines.add(line);
            if (isTable) {
                tables++;
                lines.add(end(tables));
            }
        }
        lines.add(last.replaceFirst(
                "\\{.*\"chain\"",
                "{\"line\":\"end\",\"tables\":" + tables + ",\"chunks\":0,\"rows\":0,\"plainBytes\":0,\"chain\""));
        forgery.lines = lines;
        Files.write(file, forgery.rechain().sealed(ArchiveSeal.unsigned()));
    }

    @ParameterizedTest
    @EnumSource
    void noManifestTakesMoreMemoryThanIsSaid(Lines sort) throws Exception {
        Path file = folder.resolve("heavy.zip");
        write(file, sort, 0);
        assertThat(inSmallHeap(file)).isEqualTo("read\n");
    }

    @Test
    void aHeavierOneIsRefused() throws Exception {
        Path file = folder.resolve("heavy.zip");
        write(file, Lines.NOTES, 10);
        assertThat(inSmallHeap(file)).isEqualTo("TOO_LARGE\n");
    }

    private static String inSmallHeap(Path file) throws Exception {
        return JavaProcess.run(List.of("-Xmx128m"), Reader.class, List.of(file.toString()));
    }

    /** Runs in the small heap. */
    static final class Reader {

        private Reader() {}

        public static void main(String[] files) throws IOException {
            try {
                ArchiveReader.open(Path.of(files[0]), ANYBODY, ArchiveLimits.standard())
                        .close();
                System.out.print("read\n");
            } catch (ArchiveRefusedException e) {
                System.out.print(e.reason() + "\n");
            }
        }
    }
}
