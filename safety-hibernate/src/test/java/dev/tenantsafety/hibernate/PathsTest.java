package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Each cell of the tables of paths in {@code docs/hibernate.md} is shown by a test, which says so with {@link Shows}. */
class PathsTest {

    private static final List<String> TABLES =
            List.of("### What one sees after `remove`", "## What happens on each path");

    /** What the page says in a cell, or a test shows. */
    private record Cell(String row, String column) {

        @Override
        public String toString() {
            return "\"" + row + "\", column \"" + column + "\"";
        }
    }

    private record Claim(Method test, Shows shown) {

        @Override
        public String toString() {
            return test.getDeclaringClass().getSimpleName() + "." + test.getName() + " shows \"" + shown.value() + "\""
                    + (shown.in().length == 0 ? "" : ", columns " + Arrays.toString(shown.in()));
        }

        boolean isOf(Cell cell) {
            return shown.value().equals(cell.row())
                    && (shown.in().length == 0 || List.of(shown.in()).contains(cell.column()));
        }

        /** Whether the page has the row, and every column that is named. */
        boolean isOnPage(Set<Cell> cells) {
            return cells.stream().anyMatch(this::isOf)
                    && Stream.of(shown.in()).allMatch(column -> cells.contains(new Cell(shown.value(), column)));
        }
    }

    @Test
    void eachCellIsShownByATest() throws IOException {
        List<Claim> claims = claims();
        assertThat(cells())
                .filteredOn(cell -> claims.stream().noneMatch(claim -> claim.isOf(cell)))
                .as("cells of docs/hibernate.md that no test shows; put @Shows on one that does")
                .isEmpty();
    }

    @Test
    void eachTestNamesCellsOfThePage() throws IOException {
        Set<Cell> cells = cells();
        assertThat(claims())
                .filteredOn(claim -> !claim.isOnPage(cells))
                .as("tests that name no row or column of docs/hibernate.md")
                .isEmpty();
    }

    @Test
    void onlyTestsThatRunShowAnything() {
        assertThat(claims())
                .filteredOn(claim -> !AnnotationSupport.isAnnotated(claim.test(), Testable.class)
                        || AnnotationSupport.isAnnotated(claim.test(), Disabled.class)
                        || AnnotationSupport.isAnnotated(claim.test().getDeclaringClass(), Disabled.class))
                .as("methods that are no tests, or disabled ones")
                .isEmpty();
    }

    private static List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages(PathsTest.class.getPackageName())) {
            if (type.getMethods().stream().anyMatch(PathsTest::isShowing)) {
                for (Method method : type.reflect().getDeclaredMethods()) {
                    for (Shows shown : method.getAnnotationsByType(Shows.class)) {
                        claims.add(new Claim(method, shown));
                    }
                }
            }
        }
        return claims;
    }

    private static boolean isShowing(JavaMethod method) {
        return method.isAnnotatedWith(Shows.class) || method.isAnnotatedWith(Shows.All.class);
    }

    private static Set<Cell> cells() throws IOException {
        List<String> page = Files.readAllLines(Path.of("..", "docs", "hibernate.md"));
        Set<Cell> cells = new LinkedHashSet<>();
        for (String heading : TABLES) {
            assertThat(page).as("headings").containsOnlyOnce(heading);
            List<String> table = page.subList(page.indexOf(heading), page.size()).stream()
                    .dropWhile(line -> !line.startsWith("|"))
                    .takeWhile(line -> line.startsWith("|"))
                    .toList();
            List<String> columns = texts(table.get(0));
            for (String line : table.subList(2, table.size())) {
                List<String> texts = texts(line);
                assertThat(texts).as(line).hasSameSizeAs(columns);
                for (int i = 1; i < texts.size(); i++) {
                    if (!texts.get(i).equals("–")) {
                        assertThat(cells.add(new Cell(texts.get(0), columns.get(i))))
                                .as("row %s stands there once", texts.get(0))
                                .isTrue();
                    }
                }
            }
        }
        return cells;
    }

    private static List<String> texts(String line) {
        List<String> all = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
        return all.subList(1, all.size() - 1);
    }
}
