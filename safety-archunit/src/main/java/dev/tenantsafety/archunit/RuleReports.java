package dev.tenantsafety.archunit;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What a check found, in forms that others read. */
final class RuleReports {

    private RuleReports() {}

    /** Makes three files in the folder: for people, for code scanning and for build servers. */
    static void write(Path folder, Path sources, List<String> rules, List<Violation> violations) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("tenant-safety.txt"), text(violations));
        Files.writeString(folder.resolve("tenant-safety.sarif"), sarif(sources, rules, violations));
        try {
            Files.writeString(folder.resolve("TEST-tenant-safety.xml"), junit(rules, violations));
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    /** A paragraph for each rule. */
    static String text(List<Violation> violations) {
        return violations.stream()
                .collect(Collectors.groupingBy(Violation::rule, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue().size() + "):\n"
                        + entry.getValue().stream()
                                .map(violation -> "  " + violation.message() + "\n")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    /** Static Analysis Results Interchange Format 2.1.0, of OASIS. */
    private static String sarif(Path sources, List<String> rules, List<Violation> violations) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            json.writeStartObject();
            json.writeStringProperty("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.writeStringProperty("version", "2.1.0");
            json.writeArrayPropertyStart("runs");
            json.writeStartObject();
            json.writeObjectPropertyStart("tool");
            json.writeObjectPropertyStart("driver");
            json.writeStringProperty("name", "tenant-safety");
            json.writeArrayPropertyStart("rules");
            for (String rule : rules) {
                json.writeStartObject();
                json.writeStringProperty("id", rule);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectPropertyStart("originalUriBaseIds");
            json.writeObjectPropertyStart("SRCROOT");
            String base = sources.toUri().toASCIIString();
            json.writeStringProperty("uri", base.endsWith("/") ? base : base + "/");
            json.writeEndObject();
            json.writeEndObject();
            json.writeArrayPropertyStart("results");
            violations.forEach(violation -> result(json, violation));
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static JsonGenerator generator(Writer text) {
        return new JsonFactory().createGenerator(ObjectWriteContext.empty(), text);
    }

    private static void result(JsonGenerator json, Violation violation) {
        json.writeStartObject();
        json.writeStringProperty("ruleId", violation.rule());
        json.writeStringProperty("level", "error");
        json.writeObjectPropertyStart("message");
        json.writeStringProperty("text", violation.message());
        json.writeEndObject();
        json.writeArrayPropertyStart("locations");
        json.writeStartObject();
        json.writeObjectPropertyStart("physicalLocation");
        json.writeObjectPropertyStart("artifactLocation");
        json.writeStringProperty("uri", uri(violation.file()));
        json.writeStringProperty("uriBaseId", "SRCROOT");
        json.writeEndObject();
        if (violation.line() > 0) {
            json.writeObjectPropertyStart("region");
            json.writeNumberProperty("startLine", violation.line());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
        json.writeObjectPropertyStart("partialFingerprints");
        json.writeStringProperty("message/v1", violation.stable());
        json.writeEndObject();
        json.writeEndObject();
    }

    /** A relative reference (RFC 3986), in which other characters are encoded. */
    private static String uri(String file) {
        try {
            return new URI(null, null, file, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(file + " is the name of no file.", e);
        }
    }

    /** As Surefire writes it: a test for each rule. */
    private static String junit(List<String> rules, List<Violation> violations) throws XMLStreamException {
        StringWriter text = new StringWriter();
        XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
        long failed = violations.stream().map(Violation::rule).distinct().count();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "tenant-safety");
        xml.writeAttribute("tests", Integer.toString(rules.size()));
        xml.writeAttribute("failures", Long.toString(failed));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", "0");
        for (String rule : rules) {
            List<Violation> found =
                    violations.stream().filter(one -> one.rule().equals(rule)).toList();
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "tenant-safety");
            xml.writeAttribute("name", rule);
            if (!found.isEmpty()) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", found.size() + " violations");
                xml.writeCharacters(found.stream().map(Violation::message).collect(Collectors.joining("\n")));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.close();
        return text.toString();
    }
}
