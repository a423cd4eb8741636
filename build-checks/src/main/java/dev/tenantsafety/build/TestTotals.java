package dev.tenantsafety.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Adds up the test reports of all modules, so that the end of a build says how many tests ran. */
public final class TestTotals {

    /** Below the project; but not of the projects that are built, and fail, within a target of ours. */
    private static final Pattern REPORT =
            Pattern.compile("(?:(?!target/)[^/]+/)*target/surefire-reports/TEST-[^/]*\\.xml");

    private int run;
    private int failed;
    private int skipped;

    private TestTotals() {}

    /**
     * Prints the sum.
     *
     * @param arguments the project's folder
     * @throws IOException if a report cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        TestTotals totals = new TestTotals();
        for (Path report : reports(Path.of(arguments[0]))) {
            totals.add(report);
        }
        System.out.println(totals);
    }

    private static List<Path> reports(Path project) throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            return files.filter(file -> REPORT.matcher(
                                    project.relativize(file).toString().replace('\\', '/'))
                            .matches())
                    .toList();
        }
    }

    private void add(Path report) throws IOException {
        Element suite;
        try {
            suite = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(report + " is no test report.", e);
        }
        // Cases are counted, not the suite's sums: those are of the last run only where a class runs several times.
        run += count(suite, "testcase");
        failed += count(suite, "failure") + count(suite, "error");
        skipped += count(suite, "skipped");
    }

    private static int count(Element suite, String element) {
        return suite.getElementsByTagName(element).getLength();
    }

    @Override
    public String toString() {
        return "Tests: " + (run - failed - skipped) + " passed, " + failed + " failed, " + skipped + " skipped";
    }
}
