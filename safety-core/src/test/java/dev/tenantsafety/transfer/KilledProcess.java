package dev.tenantsafety.transfer;

import dev.tenantsafety.archive.ArchiveTrust;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipModel;
import dev.tenantsafety.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A process of its own that transfers, and is killed meanwhile. */
final class KilledProcess {

    /** By which its connections are known. */
    static final String NAME = "killed";

    private KilledProcess() {}

    /**
     * Says that it begins, and does what it is told.
     *
     * @param args what; the live database; from or to where; and the tenants
     */
    public static void main(String[] args) throws SQLException, IOException {
        List<TenantId> tenants = List.of(args).subList(3, args.length).stream()
                .map(TenantId::parse)
                .toList();
        PGSimpleDataSource live = database(args[1]);
        Transfer transfer = Transfer.between(live, OwnershipModel.read(live, TwoTenants::rules));
        Restore restore = transfer.restore(tenants).inChunksOf(20, 1);
        System.out.println(JavaProcess.BEGINS);
        switch (args[0]) {
            case "restore" -> restore.from(database(args[2])).plan().execute();
            case "clone" ->
                CloneTest.said(transfer.clone(tenants.get(0), tenants.get(1)).inChunksOf(20))
                        .from(database(args[2]))
                        .plan()
                        .execute();
            case "restore-archives" ->
                restore.inParallel(1)
                        .from(Archives.in(
                                Path.of(args[2]), ArchiveTrust.nobody().unsignedToo()))
                        .plan()
                        .execute();
            case "export" ->
                transfer.export(tenants)
                        .toDirectory(Path.of(args[2]))
                        .inChunksOf(1, 1, 2)
                        .goingOn()
                        .run();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static PGSimpleDataSource database(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url);
        source.setUser("postgres");
        source.setApplicationName(NAME);
        return source;
    }
}
