package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An annotation that takes a place out of rules.
 *
 * @param element where it stands
 * @param kind which of the annotations
 * @param annotation itself
 */
record Exemption(HasAnnotations<?> element, Kind kind, JavaAnnotation<?> annotation) {

    /** The annotations, by name: who uses the rules may have another version of the library. */
    enum Kind {
        HARD_DELETE("dev.tenantsafety.guard.AllowsHardDelete", "@AllowsHardDelete(reason = …, ticket = …, until = …)"),
        RAW_ID("dev.tenantsafety.id.RawId", "@RawId(reason = …)");

        private final String annotation;
        private final String words;

        Kind(String annotation, String words) {
            this.annotation = annotation;
            this.words = words;
        }

        /** How it is written. */
        String words() {
            return words;
        }

        String simpleName() {
            return words.substring(0, words.indexOf('('));
        }

        private Optional<Exemption> on(HasAnnotations<?> element) {
            return element.tryGetAnnotationOfType(annotation).map(one -> new Exemption(element, this, one));
        }
    }

    /** The innermost one that a finding has. */
    static Optional<Exemption> of(Finding finding, Kind kind) {
        return finding.elements().stream()
                .flatMap(element -> kind.on(element).stream())
                .findFirst();
    }

    /** All that stand in a class, in the order of the class file. */
    static List<Exemption> in(JavaClass type) {
        List<HasAnnotations<?>> elements = new ArrayList<>(List.of(type));
        for (JavaMember member : type.getMembers()) {
            if (isOfComponent(member)) {
                continue;
            }
            elements.add(member);
            if (member instanceof JavaCodeUnit unit) {
                elements.addAll(unit.getParameters());
            }
        }
        List<Exemption> all = new ArrayList<>();
        for (HasAnnotations<?> element : elements) {
            for (Kind kind : Kind.values()) {
                kind.on(element).ifPresent(all::add);
            }
        }
        return all;
    }

    /** The compiler copies what stands on a component of a record to its field and its accessor; that of the constructor counts. */
    private static boolean isOfComponent(JavaMember member) {
        JavaClass owner = member.getOwner();
        boolean isAccessor =
                member instanceof JavaMethod method && method.getParameters().isEmpty();
        return owner.isRecord()
                && (member instanceof JavaField || isAccessor)
                && owner.tryGetField(member.getName()).isPresent();
    }

    private String text(String element) {
        return annotation.get(element).map(Object::toString).orElse("");
    }

    /** What is wrong with it; empty if nothing is. */
    Optional<String> problem(LocalDate today) {
        if (text("reason").isBlank()) {
            return Optional.of("has no reason: say why, or remove it");
        }
        if (kind == Kind.RAW_ID) {
            return Optional.empty();
        }
        if (text("ticket").isBlank()) {
            return Optional.of("has no ticket: say where it was agreed on");
        }
        try {
            return LocalDate.parse(text("until")).isBefore(today)
                    ? Optional.of("held until " + text("until") + ": mend the code, or agree on another date")
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.of("has no date in \"" + text("until") + "\": write it as 2027-06-30");
        }
    }

    /** For a report. */
    String words() {
        return kind.simpleName() + " on " + where(element) + ": " + text("reason")
                + (kind == Kind.RAW_ID ? "" : " (" + text("ticket") + ", until " + text("until") + ")");
    }

    /** What is annotated. */
    static String where(HasAnnotations<?> element) {
        return element instanceof JavaParameter parameter
                ? "parameter " + (parameter.getIndex() + 1) + " of "
                        + parameter.getOwner().getFullName()
                : element instanceof JavaMember member ? member.getFullName() : ((JavaClass) element).getName();
    }

    /** The same kind at the same place. */
    boolean isSameAs(Exemption other) {
        return kind == other.kind && where(element).equals(where(other.element));
    }
}
