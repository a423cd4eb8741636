package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;

/** Not a test: says what the rules find in jars of others, for {@code docs/rules-on-real-code.md}. */
final class RealCode {

    private RealCode() {}

    /**
     * Prints a line for each finding: the jar, the rule and the message.
     *
     * @param jars paths
     */
    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            Path path = Path.of(jar);
            JavaClasses classes = new ClassFileImporter().importJar(new JarFile(jar));
            System.out.println(path.getFileName() + "\tclasses\t" + classes.size());
            for (ArchRule rule : TenantSafetyRules.list(RuleOptions.standard())) {
                List<String> found = rule.evaluate(classes).getFailureReport().getDetails();
                found.forEach(
                        text -> System.out.println(path.getFileName() + "\t" + rule.getDescription() + "\t" + text));
            }
        }
    }
}
