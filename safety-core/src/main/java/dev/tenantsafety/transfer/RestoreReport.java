package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveSeal;
import dev.tenantsafety.archive.SealedFile;
import dev.tenantsafety.id.TypedId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a restore did. That nobody else was touched, it does not list: each of its transactions was committed only after the database's
 * own count showed that it had written these rows and nothing else.
 *
 * @param run the run, by which its chunks are known in {@code tenant_safety_transfer_chunk}
 * @param owners whose rows came back
 * @param source where from: the database, or each archive with its SHA-256
 * @param policy what became of rows that were there
 * @param tables what became of the rows, by table, in the order in which they were written
 * @param equal tables whose rows of the owners are now equal to the source's, by count and hash
 * @param differing tables where they are not, because rows stayed that were there, or triggers added some
 * @param addedByTriggers rows that triggers added which were named harmless, by table, as PostgreSQL counted them in this run; for H2, which
 *     does not count them, the owners' rows that are there now and were neither there before nor restored
 * @param referencesIn what became of references of others' rows, a sentence for each foreign key, as it was found before
 * @param findings references of the owners' rows that lead to rows of somebody else, or to none where the database does not look
 * @param notes what is worth knowing beside it, a sentence each: sequences that were not moved to a key that is far ahead of them
 * @param others others whose rows were compared before and after
 * @param resumed whether it went on with a run that had not been finished
 */
public record RestoreReport(
        UUID run,
        List<TypedId<?>> owners,
        String source,
        ConflictPolicy policy,
        List<TableCount> tables,
        List<String> equal,
        List<String> differing,
        Map<String, Long> addedByTriggers,
        List<String> referencesIn,
        List<String> findings,
        List<String> notes,
        OthersChecked others,
        boolean resumed) {

    /**
     * For programs.
     *
     * @return an object with a member for each component, in UTF-8
     * @throws NoClassDefFoundError if Jackson is missing
     */
    public String json() {
        return ReportJson.of(this);
    }

    /**
     * For people.
     *
     * @return the sum, and a line for each table and for all else that is worth knowing
     */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(toString());
        lines.add("Run " + run + (resumed ? ", which went on where it had been stopped" : "") + ", policy " + policy
                + ", from " + source + ".");
        lines.add("Owners:");
        owners.forEach(owner -> lines.add("  " + owner));
        lines.add("Tables:");
        tables.forEach(count -> lines.add("  " + count.table() + ": " + count.inserted() + " inserted, "
                + count.updated() + " updated, " + count.kept() + " kept, " + count.same() + " as they were"
                + (equal.contains(count.table().toString()) ? "; equal to the source" : "")));
        lines.add(others.toString());
        lines.addAll(referencesIn);
        lines.addAll(findings);
        lines.addAll(notes);
        return String.join("\n", lines) + "\n";
    }

    /**
     * Writes it twice, each with a seal in a file beside it, which {@link SealedFile#read} checks.
     *
     * @param directory where to
     * @param seal who signs
     * @return the file with {@link #json()}, {@code restore-<run>.json}; {@link #text()} stands in {@code restore-<run>.txt}
     * @throws java.nio.file.FileAlreadyExistsException if it was written there before
     * @throws IOException if it cannot be written
     */
    public Path writeTo(Path directory, ArchiveSeal seal) throws IOException {
        Path json = directory.resolve("restore-" + run + ".json");
        SealedFile.write(json, json(), seal);
        SealedFile.write(directory.resolve("restore-" + run + ".txt"), text(), seal);
        return json;
    }

    /** What was done, in a line. */
    @Override
    public String toString() {
        long inserted = tables.stream().mapToLong(TableCount::inserted).sum();
        long updated = tables.stream().mapToLong(TableCount::updated).sum();
        List<String> stayed = differing.stream()
                .filter(table -> !addedByTriggers.containsKey(table))
                .toList();
        return owners.size() + (owners.size() == 1 ? " owner" : " owners") + " restored and verified: " + inserted
                + " rows inserted, " + updated
                + " updated; " + equal.size() + " tables equal to the source"
                + (stayed.isEmpty() ? "" : ", where rows stayed: " + String.join(", ", stayed))
                + (addedByTriggers.isEmpty()
                        ? ""
                        : "; triggers added "
                                + addedByTriggers.entrySet().stream()
                                        .map(added -> added.getValue() + " rows to " + added.getKey())
                                        .collect(Collectors.joining(", ")))
                + ".";
    }
}
