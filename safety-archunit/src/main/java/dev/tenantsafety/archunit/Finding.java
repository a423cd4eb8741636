package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.domain.SourceCodeLocation;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in code that breaks a rule.
 *
 * @param type the class
 * @param elements what an exemption may stand on, the innermost first: parameter, member, class, and the classes around it
 * @param text what is wrong there, and what to do instead
 */
record Finding(JavaClass type, List<HasAnnotations<?>> elements, String text) {

    /** In a class, at no member. */
    static Finding of(JavaClass type, String what) {
        return at(type, null, null, type.getSourceCodeLocation(), "Class <" + type.getName() + ">", what);
    }

    static Finding of(JavaMember member, String what) {
        return of(member, member.getSourceCodeLocation(), what);
    }

    /** At a line of a member. */
    static Finding of(JavaMember member, SourceCodeLocation location, String what) {
        return at(member.getOwner(), member, null, location, member.getDescription(), what);
    }

    static Finding of(JavaParameter parameter, String what) {
        JavaMember member = parameter.getOwner();
        return at(member.getOwner(), member, parameter, member.getSourceCodeLocation(), member.getDescription(), what);
    }

    /** Says where after what, and then why: {@code "calls <a>: because"} has its place before the colon. */
    private static Finding at(
            JavaClass type,
            @Nullable JavaMember member,
            @Nullable JavaParameter parameter,
            SourceCodeLocation location,
            String who,
            String what) {
        List<HasAnnotations<?>> elements = new ArrayList<>();
        if (parameter != null) {
            elements.add(parameter);
        }
        if (member != null) {
            elements.add(member);
            elements.addAll(around(member));
        }
        for (Optional<JavaClass> one = Optional.of(type);
                one.isPresent();
                one = one.get().getEnclosingClass()) {
            elements.add(one.get());
        }
        int colon = what.indexOf(": ");
        String text = who + " " + what.substring(0, colon) + " in " + location + what.substring(colon);
        return new Finding(type, List.copyOf(elements), text);
    }

    /** The method that a lambda of Kotlin stands in: there it is a method of its own, {@code close$lambda$0}. */
    private static List<JavaMethod> around(JavaMember member) {
        int lambda = member.getName().indexOf("$lambda$");
        String method = lambda < 0 ? "" : member.getName().substring(0, lambda);
        return member.getOwner().getMethods().stream()
                .filter(one -> one.getName().equals(method))
                .toList();
    }
}
