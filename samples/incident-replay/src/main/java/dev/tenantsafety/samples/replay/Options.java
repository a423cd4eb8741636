package dev.tenantsafety.samples.replay;

import dev.tenantsafety.samples.helpdesk.HelpdeskSize;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What is asked for.
 *
 * @param size of the helpdesk
 * @param database {@code postgresql} or {@code h2}; not looked at if there is a URL
 * @param url of an empty database; empty for one that is started
 * @param backupUrl of another, for the backup
 * @param without the name of a defence that is taken away; empty for none
 * @param directory for the report, archives and what else is written
 */
record Options(HelpdeskSize size, String database, String url, String backupUrl, String without, Path directory) {

    private static final int LEGACY_SITES = 883;
    private static final int LEGACY_CUSTOMERS = 775;

    static Options of(Properties properties) {
        String database = text(properties, "replay.database", "postgresql");
        String url = text(properties, "replay.url", "");
        String backupUrl = text(properties, "replay.backup.url", "");
        if (!database.equals("postgresql") && !database.equals("h2")) {
            throw new IllegalArgumentException("replay.database is \"" + database
                    + "\"; it can be postgresql or h2. Or name replay.url and replay.backup.url.");
        }
        if (url.isEmpty() != backupUrl.isEmpty()) {
            throw new IllegalArgumentException(
                    "replay.url and replay.backup.url are two empty databases: name both, or none.");
        }
        long seed = Long.parseLong(text(properties, "replay.seed", "20220405"));
        return new Options(
                size(text(properties, "replay.size", "default"), seed),
                database,
                url,
                backupUrl,
                text(properties, "replay.without", ""),
                Path.of(text(properties, "replay.directory", "target/replay")));
    }

    /** Maven hands over an empty text for what nobody said. */
    private static String text(Properties properties, String name, String otherwise) {
        String text = properties.getProperty(name, "").strip();
        return text.isEmpty() ? otherwise : text;
    }

    private static HelpdeskSize size(String name, long seed) {
        return switch (name) {
            case "default" -> new HelpdeskSize(5_000, LEGACY_SITES, LEGACY_CUSTOMERS, 40, seed);
            case "small" -> new HelpdeskSize(500, LEGACY_SITES / 10, LEGACY_CUSTOMERS / 10, 8, seed);
            case "tiny" -> new HelpdeskSize(60, 12, 10, 3, seed);
            default ->
                throw new IllegalArgumentException(
                        "replay.size is \"" + name + "\"; it can be default, small or tiny.");
        };
    }
}
