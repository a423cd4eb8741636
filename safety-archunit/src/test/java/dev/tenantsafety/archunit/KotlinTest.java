package dev.tenantsafety.archunit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same rules over what the compiler of Kotlin makes of {@code src/test/kotlin}. */
class KotlinTest {

    @TempDir
    private static Path folder;

    private static JavaClasses classes;

    @BeforeAll
    static void compile() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ExitCode code = new K2JVMCompiler()
                .exec(
                        new PrintStream(said, true, StandardCharsets.UTF_8),
                        "-no-stdlib",
                        "-no-reflect",
                        "-nowarn",
                        "-cp",
                        classPath(),
                        "-d",
                        folder.toString(),
                        Path.of("src", "test", "kotlin").toString());
        assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
        classes = new ClassFileImporter().importPath(folder);
    }

    /** With the path of modules, for tests run as one. */
    private static String classPath() {
        return Stream.of("surefire.test.class.path", "java.class.path", "jdk.module.path")
                .flatMap(name -> Stream.ofNullable(System.getProperty(name)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static List<String> shortly(List<ArchRule> rules) {
        return rules.stream()
                .flatMap(rule -> rule.evaluate(classes).getFailureReport().getDetails().stream())
                .map(text -> text.replaceAll(" in \\([^)]*\\): .*", "")
                        .replaceAll("\\b(?:helpdesk|java\\.util|java\\.lang|dev\\.tenantsafety\\.id)\\.", ""))
                .sorted()
                .toList();
    }

    @Test
    void idsWhoseKindNobodyCanTell() {
        assertThat(shortly(AmbiguousIdRules.with(RuleOptions.standard())))
                .containsExactly(
                        "Constructor <Closed.<init>(UUID, String)> takes <siteId> as UUID",
                        "Method <Closed.copy(UUID, String)> takes <siteId> as UUID",
                        "Method <Closed.getSiteId()> returns an ID as UUID",
                        "Method <Raw$Companion.closeAll(List)> takes <siteIds> as List<UUID>",
                        "Method <Raw.close(UUID)> takes <siteId> as UUID",
                        "Method <Raw.closeLater(UUID)> takes <siteId> as UUID",
                        "Method <Raw.getSiteId()> returns an ID as UUID",
                        "Method <Raw.newestId(kotlin.coroutines.Continuation)> returns an ID as UUID",
                        "Method <SitesKt.belongsTo(String, String)> takes <siteId> as String");
    }

    @Test
    void destructiveApis() {
        assertThat(shortly(DestructiveApiRules.with(RuleOptions.standard())))
                .containsExactly(
                        "Method <Destroyer.delete(SiteId, boolean)> returns nothing",
                        "Method <Destroyer.delete(SiteId, boolean)> takes a mode, boolean",
                        "Method <Destroyer.delete(SiteId, boolean)> takes an ID that may be missing, SiteId",
                        "Method <Destroyer.purge(Collection)> takes many IDs, Collection<SiteId>");
    }

    @Test
    void hardDeletes() {
        assertThat(shortly(HardDeleteRules.with(RuleOptions.standard())))
                .containsExactly(
                        "Method <Cleanup$byReference$1.invoke(Object)> calls <EntityManager.remove(Object)>",
                        "Method <Cleanup.inLambda$lambda$0(Cleanup, List)> calls <EntityManager.remove(Object)>",
                        "Method <Cleanup.inlined(List)> calls <EntityManager.remove(Object)>",
                        "Method <Cleanup.one(Object)> calls <EntityManager.remove(Object)>");
        assertThat(shortly(SqlLiteralRules.with(RuleOptions.standard())))
                .containsExactly(
                        "Method <Cleanup.byRawText()> has SQL with DELETE of ticket",
                        "Method <Cleanup.bySql()> has SQL with DELETE of ticket",
                        "Method <Cleanup.byTemplate(String)> has SQL with DELETE of a table that is not known here");
        assertThat(shortly(ExemptionRules.with(RuleOptions.standard()))).isEmpty();
    }
}
