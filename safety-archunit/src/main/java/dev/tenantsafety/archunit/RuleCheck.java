package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The rules without a test class, for any build: a program that looks at folders and jars of classes, and ends with 0 if nothing new breaks
 * a rule, with 1 if something does, and with 2 if it could not look. What the classes use has to be on its class path.
 *
 * <pre>{@code
 * java -cp … dev.tenantsafety.archunit.RuleCheck classes=target/classes baseline=tenant-safety.baseline reports=target/tenant-safety
 * }</pre>
 *
 * <p>Arguments are {@code name=value}:
 *
 * <ul>
 *   <li>{@code classes}, folders of class files, several times if there are several
 *   <li>{@code baseline}, the file of violations that are accepted; it need not be there
 *   <li>{@code reports}, the folder for {@code tenant-safety.txt}, {@code tenant-safety.sarif} and {@code TEST-tenant-safety.xml}
 *   <li>{@code packages}, {@code visibility}, {@code otherIds}, {@code ownedIds}, {@code verbs}, {@code tables}, {@code tenantColumns},
 *       {@code idTypes} and {@code protectedEntities}, as in {@link RuleOptions}, with commas between them; where tables are named, queries of
 *       them without a tenant are said as warnings
 *   <li>{@code alsoDeletes}, as {@code com.acme.Store#purge}, with commas between them
 *   <li>{@code module}, where several modules share a baseline: only entries of this one are read and changed
 *   <li>{@code sources}, the folder of sources that the report for code scanning is about; {@code src/main/java} without it
 *   <li>{@code sqlFolders}, folders of migrations and mappers, for {@link SqlFileRules}, with commas between them
 *   <li>{@code owner} and {@code until}: accept what is there, by this owner and up to this day; the file is written
 * </ul>
 */
public final class RuleCheck {

    private static final Set<String> KNOWN = new TreeSet<>(List.of(
            "classes",
            "baseline",
            "reports",
            "packages",
            "visibility",
            "otherIds",
            "ownedIds",
            "verbs",
            "tables",
            "tenantColumns",
            "idTypes",
            "protectedEntities",
            "alsoDeletes",
            "sqlFolders",
            "module",
            "sources",
            "owner",
            "until"));

    private static final int WELL = 0;
    private static final int VIOLATED = 1;
    private static final int NOT_LOOKED = 2;

    private final Map<String, List<String>> arguments;
    private final PrintStream out;

    private RuleCheck(Map<String, List<String>> arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    /**
     * Looks, and ends the JVM.
     *
     * @param arguments as above
     */
    public static void main(String[] arguments) {
        System.exit(run(System.out, arguments));
    }

    /** Looks, and says how it went. */
    static int run(PrintStream out, String... arguments) {
        try {
            Map<String, List<String>> named = new HashMap<>();
            for (String argument : arguments) {
                int equals = argument.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("\"" + argument + "\" is not name=value.");
                }
                String name = argument.substring(0, equals);
                if (!KNOWN.contains(name)) {
                    throw new IllegalArgumentException(
                            "Argument " + name + " is not known. Use one of " + String.join(", ", KNOWN) + ".");
                }
                named.computeIfAbsent(name, any -> new ArrayList<>()).add(argument.substring(equals + 1));
            }
            return new RuleCheck(named, out).look();
        } catch (IOException | RuntimeException e) {
            out.println("Tenant Safety could not look at the classes: " + e.getMessage());
            return NOT_LOOKED;
        }
    }

    private int look() throws IOException {
        RuleOptions options = options();
        List<Path> folders = arguments.getOrDefault("classes", List.of()).stream()
                .map(Path::of)
                .toList();
        List<Path> missing = folders.stream().filter(Files::notExists).toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(missing + " is not there. Compile before the check.");
        }
        JavaClasses classes = new ClassFileImporter().importPaths(folders);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("There is no class in " + folders
                    + ". Name the folders of the classes, or skip the check where there are none.");
        }
        List<ArchRule> rules = rules(options);
        List<Violation> all = Violation.of(rules, classes);
        Path file = Path.of(one("baseline", "tenant-safety.baseline"));
        Baseline before = Baseline.read(file);
        List<Violation> fresh = before.refused(all, module(), options.today());
        RuleReports.write(
                Path.of(one("reports", "tenant-safety-reports")),
                Path.of(one("sources", "src/main/java")),
                rules.stream().map(ArchRule::getDescription).toList(),
                fresh);
        if (arguments.containsKey("until")) {
            return accept(all, fresh, file, options.today());
        }
        warn(classes, options);
        return verdict(classes.size(), rules.size(), all, fresh, before, file);
    }

    private String module() {
        return one("module", "");
    }

    private List<ArchRule> rules(RuleOptions options) {
        List<ArchRule> rules = new ArrayList<>(TenantSafetyRules.list(options));
        Path[] folders = Stream.of(several("sqlFolders")).map(Path::of).toArray(Path[]::new);
        if (folders.length > 0) {
            rules.add(SqlFileRules.noRemovalIn(options, folders));
        }
        return rules;
    }

    private void warn(JavaClasses classes, RuleOptions options) {
        Violation.of(List.of(SqlLiteralRules.noSqlWithoutTenant(options)), classes)
                .forEach(warning -> out.println("Warning: " + warning.message()));
    }

    private int accept(List<Violation> all, List<Violation> fresh, Path file, LocalDate today) throws IOException {
        String owner = one("owner", "");
        if (owner.isBlank()) {
            throw new IllegalArgumentException("Missing owner=…: name who is responsible for the accepted violations.");
        }
        LocalDate until = LocalDate.parse(one("until", ""));
        if (until.isBefore(today)) {
            throw new IllegalArgumentException("until=" + until + " is in the past. Name a day from " + today + " on.");
        }
        Baseline accepted = Baseline.change(
                file, baseline -> baseline.of(all, module()).plus(fresh, module(), owner, until, today));
        out.println(file + " holds " + accepted.entries().size() + " violations; " + fresh.size() + " came in, of "
                + owner + ", until " + until + ".");
        return WELL;
    }

    private int verdict(int classes, int rules, List<Violation> all, List<Violation> fresh, Baseline before, Path file)
            throws IOException {
        Baseline shrunk = before.of(all, module());
        int mended = before.entries().size() - shrunk.entries().size();
        if (mended > 0) {
            Baseline.change(file, baseline -> baseline.of(all, module()));
            out.println(mended + " violations of " + file + " are mended, and taken out of it. Commit it.");
        }
        LocalDate today = options().today();
        shrunk.expired(module(), today)
                .forEach(entry -> out.println(
                        "Accepted until " + entry.until() + " only, of " + entry.owner() + ": " + entry.violation()));
        out.print(RuleReports.text(fresh));
        out.println("Tenant Safety: " + classes + " classes, " + rules + " rules, " + fresh.size() + " violations, "
                + shrunk.accepted(module(), today) + " accepted.");
        return fresh.isEmpty() ? WELL : VIOLATED;
    }

    private String one(String name, String otherwise) {
        return arguments.getOrDefault(name, List.of(otherwise)).get(0);
    }

    private String[] several(String name) {
        return arguments.getOrDefault(name, List.of()).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toArray(String[]::new);
    }

    private RuleOptions options() {
        RuleOptions options = RuleOptions.standard()
                .inPackages(several("packages"))
                .visibility(Visibility.valueOf(one("visibility", "public").toUpperCase(Locale.ROOT)))
                .otherIds(several("otherIds"))
                .ownedIds(several("ownedIds"))
                .destructiveVerbs(several("verbs"))
                .protectedTables(several("tables"))
                .idTypes(several("idTypes"))
                .protectedEntities(several("protectedEntities"));
        for (String method : several("alsoDeletes")) {
            int hash = method.indexOf('#');
            if (hash < 1 || hash == method.length() - 1) {
                throw new IllegalArgumentException(
                        "alsoDeletes=" + method + " names no method. Write it as com.acme.Store#purge.");
            }
            options = options.alsoDeletes(method.substring(0, hash), method.substring(hash + 1));
        }
        return several("tenantColumns").length == 0 ? options : options.tenantColumns(several("tenantColumns"));
    }
}
