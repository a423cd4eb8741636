package dev.tenantsafety.benchmarks.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tenantsafety.archunit.RuleOptions;
import dev.tenantsafety.archunit.TenantSafetyRules;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** All rules over what is on the class path, against what ArchUnit needs to import it. */
public final class RulesComparison {

    private static final int LIMIT_OF_CLASSES = 10_000;

    private RulesComparison() {}

    /**
     * Measures, and prints a line of the table.
     *
     * @param isQuick whether three turns are enough, instead of seven
     * @throws IOException if a jar cannot be read
     */
    public static void compare(boolean isQuick) throws IOException {
        List<Path> jars = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(element -> element.endsWith(".jar"))
                .map(Path::of)
                .toList();
        int turns = isQuick ? 3 : 7;
        double[] imports = new double[turns];
        double[] rules = new double[turns];
        double[] ratios = new double[turns];
        int classes = 0;
        int found = 0;
        turn(jars); // the first one is of a JVM that is cold
        for (int i = 0; i < turns; i++) {
            Turn turn = turn(jars);
            imports[i] = turn.imported();
            rules[i] = turn.checked();
            ratios[i] = turn.checked() / turn.imported();
            classes = turn.classes();
            found = turn.found();
        }
        System.out.printf(
                Locale.ROOT,
                "| %d classes of %d jars, %d findings | %.1f s | import by ArchUnit | %.1f s | **%.2f** | 1.5 | heap %d MB |%n",
                classes,
                jars.size(),
                found,
                median(rules),
                median(imports),
                median(ratios),
                Runtime.getRuntime().maxMemory() >> 20);
        if (classes < LIMIT_OF_CLASSES) {
            System.out.println("These are fewer than 10 000 classes.");
        }
    }

    private record Turn(double imported, double checked, int classes, int found) {}

    private static Turn turn(List<Path> paths) throws IOException {
        List<JarFile> jars = new ArrayList<>();
        try {
            for (Path path : paths) {
                jars.add(new JarFile(path.toFile()));
            }
            long began = System.nanoTime();
            JavaClasses classes = new ClassFileImporter().importJars(jars);
            long imported = System.nanoTime();
            int found = TenantSafetyRules.list(RuleOptions.standard()).stream()
                    .mapToInt(rule -> rule.evaluate(classes)
                            .getFailureReport()
                            .getDetails()
                            .size())
                    .sum();
            long checked = System.nanoTime();
            return new Turn((imported - began) / 1e9, (checked - imported) / 1e9, classes.size(), found);
        } finally {
            for (JarFile jar : jars) {
                jar.close();
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
