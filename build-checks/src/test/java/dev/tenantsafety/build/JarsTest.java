package dev.tenantsafety.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What users will have on their class path, as it was packaged. */
class JarsTest {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final int JAVA_17 = 61;

    /** Module name by folder: the jars that we publish, but for the plugin, which Maven loads as no module. */
    private static final Map<String, String> PUBLISHED = new TreeMap<>(Map.of(
            "safety-core", "dev.tenantsafety.core",
            "safety-hibernate", "dev.tenantsafety.hibernate",
            "safety-archunit", "dev.tenantsafety.archunit"));

    private static Path jar(String folder) throws IOException {
        try (Stream<Path> files = Files.list(PROJECT.resolve(folder).resolve("target"))) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).toList();
            assertThat(jars).as("jars of %s", folder).hasSize(1);
            return jars.get(0);
        }
    }

    private static Element pom(String folder) throws Exception {
        Document document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(PROJECT.resolve(folder).resolve("pom.xml").toFile());
        return document.getDocumentElement();
    }

    private static String child(Node parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node.getTextContent().strip();
            }
        }
        throw new AssertionError("No " + name + " in " + parent.getNodeName());
    }

    @Test
    void eachHasItsModuleName() throws Exception {
        for (Map.Entry<String, String> published : PUBLISHED.entrySet()) {
            ModuleDescriptor module = ModuleFinder.of(jar(published.getKey())).findAll().stream()
                    .findFirst()
                    .orElseThrow()
                    .descriptor();
            assertThat(module.name()).isEqualTo(published.getValue());
            assertThat(module.isAutomatic())
                    .as("%s has a module-info", module.name())
                    .isFalse();
        }
    }

    @Test
    void eachIsByteCodeOfJava17() throws Exception {
        for (String folder : PUBLISHED.keySet()) {
            try (JarFile jar = new JarFile(jar(folder).toFile())) {
                for (var entry : Collections.list(jar.entries())) {
                    if (entry.getName().endsWith(".class")) {
                        assertThat(majorVersion(jar.getInputStream(entry)))
                                .as(entry.getName())
                                .isEqualTo(JAVA_17);
                    }
                }
            }
        }
    }

    private static int majorVersion(InputStream classFile) throws IOException {
        try (DataInputStream data = new DataInputStream(classFile)) {
            data.skipNBytes(6);
            return data.readUnsignedShort();
        }
    }

    @Test
    void eachEntryHasTheTimeOfTheReleaseAndNotOfTheBuild() throws Exception {
        Element properties =
                (Element) pom(".").getElementsByTagName("properties").item(0);
        LocalDateTime release = OffsetDateTime.parse(child(properties, "project.build.outputTimestamp"))
                .toLocalDateTime();
        for (String folder : PUBLISHED.keySet()) {
            try (JarFile jar = new JarFile(jar(folder).toFile())) {
                for (var entry : Collections.list(jar.entries())) {
                    assertThat(entry.getTimeLocal()).as(entry.getName()).isEqualTo(release);
                }
            }
        }
    }

    @Test
    void theBomListsWhatIsPublishedInTheVersionOfTheParentAndNothingElse() throws Exception {
        Element bom = pom("safety-bom");
        String version = child(pom("."), "version");
        assertThat(child(bom, "version")).isEqualTo(version);
        assertThat(bom.getElementsByTagName("parent").getLength())
                .as("a parent would be imported too")
                .isZero();
        var dependencies = bom.getElementsByTagName("dependency");
        List<String> listed = Stream.iterate(0, i -> i < dependencies.getLength(), i -> i + 1)
                .map(dependencies::item)
                .map(node -> child(node, "groupId") + ":" + child(node, "artifactId") + ":" + child(node, "version"))
                .toList();
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(PUBLISHED.keySet().stream()
                        .map(folder -> "dev.tenantsafety:tenant-" + folder + ":" + version)
                        .toList());
    }

    @Test
    void modulesThatAreNotPublishedSaySo() throws Exception {
        try (Stream<Path> poms = Files.walk(PROJECT, 3)) {
            for (Path pom : poms.filter(file -> file.endsWith("pom.xml"))
                    .filter(file -> !file.toString().contains("target"))
                    .toList()) {
                String folder = PROJECT.relativize(pom.getParent()).toString();
                boolean isPublished = folder.isEmpty()
                        || List.of("safety-bom", "safety-maven-plugin").contains(folder)
                        || PUBLISHED.containsKey(folder);
                boolean inherits = folder.startsWith("samples/");
                boolean skips = Files.readString(pom).contains("<maven.deploy.skip>true</maven.deploy.skip>");
                assertThat(skips || inherits).as("%s skips deployment", pom).isEqualTo(!isPublished);
            }
        }
    }
}
