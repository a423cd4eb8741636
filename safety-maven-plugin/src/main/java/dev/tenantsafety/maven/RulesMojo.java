package dev.tenantsafety.maven;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/** What the goals share: where the classes are, and what the rules look at. */
abstract class RulesMojo extends AbstractMojo {

    private static final String PROGRAM = "dev.tenantsafety.archunit.RuleCheck";

    /** Maven sets what is annotated, before it executes the goal. */
    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private @Nullable MavenProject project;

    @Parameter(defaultValue = "${plugin.artifacts}", readonly = true, required = true)
    private @Nullable List<Artifact> artifacts;

    /** Violations that are accepted; committed. */
    @Parameter(property = "tenantSafety.baseline", defaultValue = "${project.basedir}/tenant-safety.baseline")
    private @Nullable File baseline;

    /** Where the reports go. */
    @Parameter(defaultValue = "${project.build.directory}/tenant-safety")
    private @Nullable File reports;

    /** Only classes in these packages, as {@code com.acme..}; all without it. */
    @Parameter
    private @Nullable List<String> packages;

    /** Signatures that so many can see: public, protected, package or private. */
    @Parameter(property = "tenantSafety.visibility")
    private @Nullable String visibility;

    /** IDs of things that no tenant owns, by what stands before Id. */
    @Parameter
    private @Nullable List<String> otherIds;

    /** IDs that tenants own in this code, though what is called so is most often no row of theirs: task, event. */
    @Parameter
    private @Nullable List<String> ownedIds;

    /** Methods that hard-delete from stores of any kind, as com.acme.Store#purge. */
    @Parameter
    private @Nullable List<String> alsoDeletes;

    /** Words with which names of destructive methods begin, besides those that are known. */
    @Parameter
    private @Nullable List<String> verbs;

    /** Tables whose rows tenants own; SQL about others may remove rows. */
    @Parameter
    private @Nullable List<String> tables;

    /** Types of IDs that tell their kind, besides TypedId. */
    @Parameter
    private @Nullable List<String> idTypes;

    /** Types of entities whose removal marks them, besides SoftDeletable. */
    @Parameter
    private @Nullable List<String> protectedEntities;

    /** Columns that hold the tenant; where tables are named, queries of them without one of these are said as warnings. */
    @Parameter
    private @Nullable List<String> tenantColumns;

    /** Folders of migrations and mappers, which are not read unless they are named here. */
    @Parameter
    private @Nullable List<File> sqlFolders;

    /** Leaves the module out. */
    @Parameter(property = "tenantSafety.skip", defaultValue = "false")
    private boolean skip;

    /** What the program answers; empty if this module has nothing to look at. */
    final Optional<Integer> look(List<String> more) throws MojoExecutionException {
        MavenProject module = set(project);
        if (skip || module.getPackaging().equals("pom")) {
            getLog().info("Tenant Safety: " + module.getArtifactId()
                    + (skip ? " is left out." : " has no classes of its own."));
            return Optional.empty();
        }
        Path classes = Path.of(module.getBuild().getOutputDirectory());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(module),
                PROGRAM,
                "classes=" + classes,
                "baseline=" + set(baseline),
                "reports=" + set(reports)));
        List<String> sources = module.getCompileSourceRoots();
        if (!sources.isEmpty()) {
            command.add("sources=" + sources.get(0));
        }
        if (!module.getBasedir().equals(set(baseline).getParentFile())) { // which other modules share
            command.add("module=" + module.getArtifactId());
        }
        if (visibility != null) {
            command.add("visibility=" + visibility);
        }
        lists().forEach((name, values) -> values.forEach(value -> command.add(name + "=" + value)));
        command.addAll(more);
        return Optional.of(run(command));
    }

    private Map<String, List<String>> lists() {
        return Map.of(
                "packages", orNone(packages),
                "otherIds", orNone(otherIds),
                "ownedIds", orNone(ownedIds),
                "alsoDeletes", orNone(alsoDeletes),
                "verbs", orNone(verbs),
                "tables", orNone(tables),
                "tenantColumns", orNone(tenantColumns),
                "idTypes", orNone(idTypes),
                "protectedEntities", orNone(protectedEntities),
                "sqlFolders",
                        sqlFolders == null
                                ? List.of()
                                : sqlFolders.stream().map(File::getPath).toList());
    }

    private static List<String> orNone(@Nullable List<String> values) {
        return values == null ? List.of() : values;
    }

    private static <T> T set(@Nullable T parameter) throws MojoExecutionException {
        if (parameter == null) {
            throw new MojoExecutionException("Maven has not set all parameters.");
        }
        return parameter;
    }

    /** Ours first: the project may have another version of ArchUnit. */
    private String classPath(MavenProject module) throws MojoExecutionException {
        try {
            Stream<String> ours =
                    set(artifacts).stream().map(artifact -> artifact.getFile().getPath());
            return String.join(
                    File.pathSeparator,
                    Stream.concat(ours, module.getTestClasspathElements().stream())
                            .filter(element -> Files.exists(Path.of(element)))
                            .toList());
        } catch (DependencyResolutionRequiredException e) {
            throw new MojoExecutionException("The dependencies of " + module.getArtifactId() + " are not resolved.", e);
        }
    }

    private int run(List<String> command) throws MojoExecutionException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> said;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                said = lines.lines().toList();
            }
            int answer = process.waitFor();
            Consumer<String> log = answer == 0 ? getLog()::info : getLog()::error; // which a quiet build says, too
            said.forEach(log);
            return answer;
        } catch (IOException e) {
            throw new MojoExecutionException("The rules could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MojoExecutionException("The check was interrupted.", e);
        }
    }
}
