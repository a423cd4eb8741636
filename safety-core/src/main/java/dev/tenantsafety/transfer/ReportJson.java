package dev.tenantsafety.transfer;

import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** A report as JSON (RFC 8259): names as in {@link RestoreReport}, in that order. */
final class ReportJson {

    private ReportJson() {}

    static String of(RestoreReport report) {
        StringWriter text = new StringWriter();
        ObjectWriteContext pretty = new ObjectWriteContext.Base() {
            @Override
            public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
                return new DefaultPrettyPrinter();
            }
        };
        try (JsonGenerator json = new JsonFactory().createGenerator(pretty, text)) {
            json.writeStartObject()
                    .writeStringProperty("run", report.run().toString())
                    .writeStringProperty("source", report.source())
                    .writeStringProperty("policy", report.policy().name());
            strings(
                    json,
                    "owners",
                    report.owners().stream().map(Object::toString).toList());
            json.writeArrayPropertyStart("tables");
            for (TableCount count : report.tables()) {
                json.writeStartObject()
                        .writeStringProperty("schema", count.table().schema())
                        .writeStringProperty("table", count.table().table())
                        .writeNumberProperty("inserted", count.inserted())
                        .writeNumberProperty("updated", count.updated())
                        .writeNumberProperty("kept", count.kept())
                        .writeNumberProperty("same", count.same())
                        .writeEndObject();
            }
            json.writeEndArray();
            strings(json, "equal", report.equal());
            strings(json, "differing", report.differing());
            json.writeObjectPropertyStart("addedByTriggers");
            report.addedByTriggers().forEach(json::writeNumberProperty);
            json.writeEndObject();
            strings(json, "referencesIn", report.referencesIn());
            strings(json, "findings", report.findings());
            strings(json, "notes", report.notes());
            json.writeObjectPropertyStart("others")
                    .writeNumberProperty("unchanged", report.others().unchanged())
                    .writeNumberProperty("changed", report.others().changed())
                    .writeEndObject();
            json.writeBooleanProperty("resumed", report.resumed()).writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static void strings(JsonGenerator json, String name, List<String> all) {
        json.writeArrayPropertyStart(name);
        all.forEach(json::writeString);
        json.writeEndArray();
    }
}
