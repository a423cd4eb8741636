package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveHeader;
import dev.tenantsafety.archive.ArchiveWriter;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.jdbc.Dialect;
import dev.tenantsafety.jdbc.Query;
import dev.tenantsafety.ownership.OwnedTable;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.ownership.TableName;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** One export: all that is read is of one snapshot. */
final class ExportRun {

    private static final String REFUSED = "The export is refused";

    private final DataSource live;
    private final OwnershipModel model;
    private final Units units;
    private final ExportRules rules;
    private final Dialect dialect;
    private final Pace pace;
    private final List<OwnedTable> tables;
    private final Map<TableName, Long> rows = new LinkedHashMap<>();

    ExportRun(DataSource live, OwnershipModel model, Units units, ExportRules rules, TransferProgress progress) {
        this.live = live;
        this.model = model;
        this.units = units;
        this.rules = rules;
        this.dialect = model.catalog().dialect();
        this.pace = new Pace(progress, units.ids().size(), 0);
        this.tables = TableGroups.of(model, units.kind()).stream()
                .flatMap(group -> group.tables().stream())
                .toList();
        tables.forEach(table -> rows.put(table.name(), 0L));
    }

    ExportReport run() throws SQLException, IOException {
        Map<TypedId<?>, Path> files = files();
        List<Path> kept = new ArrayList<>();
        List<TypedId<?>> missing = new ArrayList<>();
        for (TypedId<?> id : units.ids()) {
            Path file = files.getOrDefault(id, rules.path());
            if (!Files.exists(file)) {
                missing.add(id);
            } else if (rules.goesOn() && rules.forEachOwner()) {
                kept.add(file);
            } else {
                throw new FileAlreadyExistsException(
                        file.toString(), null, "There is a file of that name. Choose another, or move that one away.");
            }
        }
        if (rules.forEachOwner()) {
            Files.createDirectories(rules.path());
        }
        try (Borrowed coordinator = Borrowed.toRead(live)) {
            Connection connection = coordinator.connection();
            List<String> findings = check(connection);
            ReferencesIn in = new ReferencesIn(model, units, connection, model.catalog());
            ArchiveHeader header = header(connection);
            if (!missing.isEmpty()) {
                write(connection, header, new Units(units.kind(), missing), notes(findings, in));
            }
            List<Path> written = missing.stream()
                    .map(id -> files.getOrDefault(id, rules.path()))
                    .distinct()
                    .toList();
            Map<String, Long> byName = new LinkedHashMap<>();
            rows.forEach((table, count) -> byName.put(table.toString(), count));
            return new ExportReport(
                    written,
                    List.copyOf(kept),
                    header.origin().getOrDefault("snapshot", ""),
                    byName,
                    findings,
                    Stream.concat(in.warnings().stream(), Indexes.missing(model, units.kind()).stream())
                            .toList());
        }
    }

    /**
     * What archives say beside rows.
     *
     * @param all what each says
     * @param byOwner what only that of an owner says
     */
    private record Notes(List<Map<String, String>> all, Map<String, List<Map<String, String>>> byOwner) {

        List<Map<String, String>> of(String owner) {
            return Stream.concat(all.stream(), byOwner.getOrDefault(owner, List.of()).stream())
                    .toList();
        }
    }

    private Notes notes(List<String> findings, ReferencesIn in) {
        List<Map<String, String>> all = new ArrayList<>();
        findings.forEach(finding -> all.add(Map.of("note", "finding", "finding", finding)));
        in.warnings().forEach(warning -> all.add(ReferenceIn.note(warning)));
        Map<String, List<Map<String, String>>> byOwner = new LinkedHashMap<>();
        for (ReferenceIn reference : in.found()) {
            byOwner.computeIfAbsent(rules.forEachOwner() ? reference.owner() : "", owner -> new ArrayList<>())
                    .add(reference.note());
        }
        return new Notes(all, byOwner);
    }

    private Map<TypedId<?>, Path> files() {
        Map<TypedId<?>, Path> files = new LinkedHashMap<>();
        if (rules.forEachOwner()) {
            units.ids().forEach(id -> files.put(id, Archives.file(rules.path(), id)));
        }
        return files;
    }

    /** Each reader has a connection of its own, and all see what the first one sees. */
    private void write(Connection coordinator, ArchiveHeader header, Units missing, Notes notes)
            throws SQLException, IOException {
        List<Units> batches = rules.forEachOwner() ? missing.batches(rules.batchUnits()) : List.of(missing);
        int readers = Math.min(rules.readers(), batches.size());
        if (readers == 1) {
            for (Units batch : batches) {
                write(coordinator, header, notes, batch);
            }
            return;
        }
        String snapshot = Query.of("select pg_export_snapshot()")
                .list(coordinator, row -> row.getString(1))
                .get(0);
        Readers.run(readers, batches, batch -> {
            try (Borrowed reader = Borrowed.toRead(live)) {
                Snapshots.take(reader.connection(), snapshot);
                PostgreSql.settle(reader.connection());
                write(reader.connection(), header, notes, batch);
            }
        });
    }

    private void write(Connection connection, ArchiveHeader header, Notes notes, Units batch)
            throws SQLException, IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        Map<String, List<String>> owners = new LinkedHashMap<>();
        if (rules.forEachOwner()) {
            batch.ids().forEach(id -> files.put(Units.raw(id), Archives.file(rules.path(), id)));
            batch.ids().forEach(id -> owners.put(Units.raw(id), List.of(id.toString())));
        } else {
            files.put("", rules.path());
            owners.put("", batch.ids().stream().map(TypedId::toString).toList());
        }
        try (UnitArchives archives = new UnitArchives(this::done)) {
            for (Map.Entry<String, Path> entry : files.entrySet()) {
                ArchiveHeader named = new ArchiveHeader(
                        header.prefix(),
                        owners.getOrDefault(entry.getKey(), List.of()),
                        header.libraryVersion(),
                        header.databaseProduct(),
                        header.databaseVersion(),
                        header.schemaFingerprint(),
                        header.origin());
                archives.add(
                        entry.getKey(),
                        ArchiveWriter.create(entry.getValue(), named, rules.archive()),
                        notes.of(entry.getKey()));
            }
            for (OwnedTable table : tables) {
                archives.table(table);
                read(connection, archives, table, batch);
                archives.endTable();
            }
            archives.finish();
        }
        pace.unitsDone(batch.ids().size());
    }

    private void read(Connection connection, UnitArchives archives, OwnedTable table, Units batch)
            throws SQLException, IOException {
        List<String> columns = SchemaText.archived(table);
        if (!rules.forEachOwner()) {
            archives.take("", connection, UnitRows.select(dialect, model, table, columns, batch), rules.chunkRows());
        } else if (batch.ids().size() == 1 || !UnitRows.hasOneOwner(model, table, units.kind())) {
            for (Units one : batch.batches(1)) {
                archives.take(
                        Units.raw(one.ids().get(0)),
                        connection,
                        UnitRows.select(dialect, model, table, columns, one),
                        rules.chunkRows());
            }
        } else {
            archives.takeByOwner(
                    connection, UnitRows.selectByOwner(dialect, model, table, columns, batch), rules.chunkRows());
        }
    }

    private synchronized void done(OwnedTable table, long count, long bytes) {
        rows.merge(table.name(), count, Long::sum);
        pace.done(table.name(), count, bytes);
    }

    private ArchiveHeader header(Connection connection) throws SQLException {
        SortedMap<String, String> origin = new TreeMap<>(rules.origin());
        if (dialect == Dialect.POSTGRESQL) {
            origin.put(
                    "snapshot",
                    Query.of("select pg_current_snapshot()::text")
                            .list(connection, row -> row.getString(1))
                            .get(0));
            origin.put("isolation", "repeatable read");
        } else {
            origin.put("isolation", "snapshot");
        }
        return new ArchiveHeader(
                units.kind().prefix(),
                units.ids().stream().map(TypedId::toString).toList(),
                SchemaText.libraryVersion(),
                dialect.toString(),
                connection.getMetaData().getDatabaseProductVersion(),
                SchemaText.fingerprint(tables),
                origin);
    }

    /** References that leave the unit, if they may. */
    private List<String> check(Connection connection) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            PostgreSql.settle(connection);
        }
        List<String> reasons = new ArrayList<>(PostgreSql.changed(connection, model));
        if (dialect != Dialect.POSTGRESQL && rules.readers() > 1) {
            reasons.add("Connections of " + dialect + " cannot share a snapshot: read with one, inChunksOf(…, …, 1).");
        }
        if (reasons.isEmpty()) {
            reasons.addAll(PostgreSql.unreadable(connection, "database", model.catalog(), model, units));
        }
        List<String> findings = reasons.isEmpty()
                ? new ReferencesOut(model, units, connection, rules.forEachOwner())
                        .find("Mend them, or say keepingReferencesOut().")
                : List.of();
        if (!rules.keepsReferencesOut()) {
            reasons.addAll(findings);
        }
        if (!reasons.isEmpty()) {
            throw new TransferRefusedException(REFUSED, reasons);
        }
        return findings;
    }
}
