package dev.tenantsafety.maven;

import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Fails the build if a class of the module breaks a rule and is not accepted in the baseline, or if there is no class to look at. Takes what
 * is mended out of the baseline, and adds nothing to it.
 */
@Mojo(
        name = "check",
        defaultPhase = LifecyclePhase.VERIFY,
        requiresDependencyResolution = ResolutionScope.TEST,
        threadSafe = true)
public final class CheckMojo extends RulesMojo {

    private static final int VIOLATED = 1;

    /** For Maven. */
    public CheckMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        int answer = look(List.of()).orElse(0);
        if (answer == VIOLATED) {
            throw new MojoFailureException(
                    "Code breaks the rules of Tenant Safety, see above. Mend it, exempt it with a reason, or accept it"
                            + " for a while: mvn dev.tenantsafety:tenant-safety-maven-plugin:baseline -Downer=… -Duntil=…");
        }
        if (answer != 0) {
            throw new MojoExecutionException("Tenant Safety could not look at the classes, see above.");
        }
    }
}
