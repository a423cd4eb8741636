package dev.tenantsafety.maven;

import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.jspecify.annotations.Nullable;

/** Accepts what breaks the rules now, for a while, and writes the baseline. For people: a build that runs by itself has {@code check}. */
@Mojo(name = "baseline", requiresDependencyResolution = ResolutionScope.TEST, threadSafe = true)
public final class BaselineMojo extends RulesMojo {

    /** Who sees to it. */
    @Parameter(property = "owner", required = true)
    private @Nullable String owner;

    /** The last day on which it is accepted, as 2027-06-30. */
    @Parameter(property = "until", required = true)
    private @Nullable String until;

    /** For Maven. */
    public BaselineMojo() {}

    @Override
    public void execute() throws MojoExecutionException {
        if (look(List.of("owner=" + owner, "until=" + until)).orElse(0) != 0) {
            throw new MojoExecutionException("The baseline is as it was, see above.");
        }
    }
}
