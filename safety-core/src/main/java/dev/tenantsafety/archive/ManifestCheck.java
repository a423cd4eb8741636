package dev.tenantsafety.archive;

import dev.tenantsafety.archive.ArchiveHeader.IllegalUnitsException;
import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import dev.tenantsafety.archive.ManifestParser.NewerFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a manifest and refuses one that contradicts itself. */
final class ManifestCheck implements ManifestLines {

    private final ArchiveFile file;
    private final ArchiveLimits limits;
    private final List<ArchivedTable> tables = new ArrayList<>();
    private final List<Map<String, String>> notes = new ArrayList<>();
    private final List<ArchiveChunk> chunks = new ArrayList<>();
    private int lineNumber;
    private long weight;
    private String headerHash = "";
    private @Nullable ArchiveHeader header;
    private @Nullable WrappedKey key;
    private @Nullable ArchiveTable open;
    private @Nullable ArchiveTotals totals;
    private @Nullable ArchiveManifest manifest;

    private ManifestCheck(ArchiveFile file, ArchiveLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /** A manifest that agrees with itself, and the key that its chunks are encrypted with. */
    record Checked(ArchiveManifest manifest, @Nullable WrappedKey key) {}

    static Checked check(ArchiveFile file, ArchiveLimits limits, byte[] bytes) {
        ManifestCheck check = new ManifestCheck(file, limits);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                check.line(Arrays.copyOfRange(bytes, start, i));
                start = i + 1;
            }
        }
        ArchiveManifest manifest = check.manifest;
        if (manifest == null || start < bytes.length) {
            throw file.refuse(
                    Reason.INCOMPLETE,
                    ZipLayout.MANIFEST,
                    "the manifest does not end with a whole line \"end\", so"
                            + " the archive was never finished. Export again.");
        }
        return new Checked(manifest, check.key);
    }

    private void line(byte[] line) {
        lineNumber++;
        if (line.length > ManifestWriter.LONGEST_LINE) {
            throw file.refuse(
                    Reason.TOO_LARGE,
                    part(),
                    "the line has " + line.length + " bytes, more than " + ManifestWriter.LONGEST_LINE
                            + ". No writer of ours wrote it; find out where the archive came from.");
        }
        weight += ManifestWriter.weight(line);
        if (weight > limits.manifestBytes()) {
            throw file.refuse(
                    Reason.TOO_LARGE,
                    part(),
                    "the manifest weighs " + weight + " bytes up to here, where " + limits.manifestBytes()
                            + " are allowed. If you know where the archive comes from, raise ArchiveLimits.manifestBytes.");
        }
        if (lineNumber == 1) {
            headerHash = Sha256.of(line);
        }
        try {
            ManifestParser.parse(line, this);
        } catch (NewerFormatException e) {
            throw file.refuse(
                    Reason.NEWER_FORMAT,
                    part(),
                    e.getMessage() + ", and this library knows version " + SealText.VERSION
                            + ". Read it with the version of the library that wrote it, or a later one.");
        } catch (IllegalUnitsException e) {
            throw file.refuse(Reason.WRONG_UNITS, part(), String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage() + ".");
        }
    }

    @Override
    public void header(ArchiveHeader newHeader, @Nullable WrappedKey newKey) {
        require(lineNumber == 1, "a second header");
        header = newHeader;
        key = newKey;
        totals = ArchiveTotals.start(headerHash);
    }

    @Override
    public void table(ArchiveTable table) {
        requireOpen();
        require(open == null, "a table begins before the one before it has ended");
        require(table.number() == tables.size() + 1, "table " + table.number() + " follows table " + tables.size());
        open = table;
    }

    @Override
    public void chunk(ArchiveChunk chunk) {
        ArchiveTotals before = requireOpen();
        require(open != null && chunk.table() == open.number(), "a chunk of a table that has not begun");
        require(chunk.number() == chunks.size() + 1, "chunk " + chunk.number() + " follows chunk " + chunks.size());
        if (chunk.plainBytes() > limits.chunkBytes() || chunk.storedBytes() > limits.storedBytes()) {
            throw file.refuse(
                    Reason.TOO_LARGE,
                    part(),
                    "chunk " + chunk.number() + " of table " + chunk.table() + " is"
                            + " declared to have " + chunk.plainBytes() + " bytes, stored in " + chunk.storedBytes()
                            + ", where "
                            + limits.chunkBytes() + " are allowed. If you know where the archive comes from, raise"
                            + " ArchiveLimits.chunkBytes.");
        }
        if (chunk.plainBytes() > Gzip.HIGHEST_RATIO * chunk.storedBytes()) {
            throw file.refuse(
                    Reason.TOO_LARGE,
                    part(),
                    "chunk " + chunk.number() + " of table " + chunk.table() + " is declared to unpack from "
                            + chunk.storedBytes() + " bytes to " + chunk.plainBytes() + ", more than "
                            + Gzip.HIGHEST_RATIO
                            + " times as many. No writer of ours wrote it; find out where the archive came from.");
        }
        require(
                ManifestWriter.chained(before.chain(), chunk).chain().equals(chunk.chain()),
                "the chain of chunk " + chunk.number() + " of table " + chunk.table()
                        + " does not follow from the lines before it");
        chunks.add(chunk);
        totals = before.plus(chunk);
    }

    @Override
    public void tableEnd(int number, long rows, String rowHash) {
        ArchiveTotals before = requireOpen();
        ArchiveTable table = open;
        if (table == null || table.number() != number) {
            throw wrong("a table ends that has not begun.");
        }
        long sum = chunks.stream().mapToLong(ArchiveChunk::rows).sum();
        require(sum == rows, table.label() + " ends with " + rows + " rows, and its chunks have " + sum);
        tables.add(new ArchivedTable(table, chunks, rows, rowHash));
        chunks.clear();
        open = null;
        totals = before.plusTable();
    }

    @Override
    public void note(Map<String, String> note) {
        requireOpen();
        notes.add(Collections.unmodifiableMap(new TreeMap<>(note)));
    }

    @Override
    public void end(ArchiveTotals declared) {
        ArchiveTotals counted = requireOpen();
        ArchiveHeader first = header;
        require(open == null && first != null, "the archive ends before its last table does");
        require(
                declared.equals(counted),
                "the sums are not those of the lines before: " + declared + ", counted " + counted);
        if (first != null) {
            manifest = new ArchiveManifest(
                    first, Optional.ofNullable(key).map(WrappedKey::keyId), tables, notes, declared);
        }
    }

    /** The sums so far, between the header and the end. */
    private ArchiveTotals requireOpen() {
        ArchiveTotals soFar = totals;
        if (soFar == null || manifest != null) {
            throw wrong(manifest == null ? "the first line is not the header." : "lines follow the one that ends it.");
        }
        return soFar;
    }

    private void require(boolean isSo, String problem) {
        if (!isSo) {
            throw wrong(problem + ".");
        }
    }

    private ArchiveRefusedException wrong(String problem) {
        return file.refuse(
                Reason.WRONG_MANIFEST,
                part(),
                problem + " The manifest was changed after the archive was written;" + " take another copy.");
    }

    private String part() {
        return "line " + lineNumber + " of " + ZipLayout.MANIFEST;
    }
}
