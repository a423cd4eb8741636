package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Every entity says whose its rows are, as {@code tenant-safety-hibernate} asks when it starts: here it is known before. An exemption is
 * {@code @Unowned} with a reason.
 */
public final class OwnershipRules {

    private static final String HIBERNATE = "dev.tenantsafety.hibernate.";
    private static final Set<String> OF_CLASS =
            Set.of(HIBERNATE + "OwnedThrough", HIBERNATE + "OwnerRoot", HIBERNATE + "Shared", HIBERNATE + "Unowned");
    private static final Set<String> OF_MEMBER = Set.of(HIBERNATE + "OwnedBy", "org.hibernate.annotations.TenantId");

    static final SafetyRule DECLARED =
            new SafetyRule("every entity says whose its rows are", null, OwnershipRules::declared);

    static final List<SafetyRule> RULES = List.of(DECLARED);

    /**
     * Every entity says whose its rows are, itself or in what it extends; the root of a kind is whose it is.
     *
     * <pre>{@code
     * @Entity class Ticket { @Id TicketId id; }                                 // violation
     * @Entity class Ticket { @Id TicketId id; @OwnedBy TenantId tenant; }
     * @Entity @OwnedThrough("ticket") class Comment { @ManyToOne Ticket ticket; }
     * @Entity @Shared("reference data") class Country {}
     * }</pre>
     *
     * <p>Message: {@code Class <Ticket> does not say whose its rows are in (Ticket.java:0): a query could reach the rows of all tenants. …}
     */
    public static final ArchRule EVERY_ENTITY_IS_DECLARED = DECLARED.standard();

    private OwnershipRules() {}

    /**
     * The rules of this group, with other options than the constants have.
     *
     * @param options what to look at
     * @return one by one
     */
    public static List<ArchRule> with(RuleOptions options) {
        return RULES.stream().map(rule -> rule.with(options)).toList();
    }

    private static void declared(JavaClass type, RuleOptions options, Consumer<Finding> found) {
        if (MappingRules.isEntity(type) && type.getClassHierarchy().stream().noneMatch(OwnershipRules::isDeclared)) {
            found.accept(Finding.of(
                    type,
                    "does not say whose its rows are: a query could reach the rows of all tenants. Put @OwnedBy on the attribute that"
                            + " holds the owner, or @OwnedThrough, @Shared or @Unowned on the class."));
        }
    }

    private static boolean isDeclared(JavaClass type) {
        Stream<JavaMember> members = type.getMembers().stream();
        return OF_CLASS.stream().anyMatch(type::isAnnotatedWith)
                || members.anyMatch(member -> OF_MEMBER.stream().anyMatch(member::isAnnotatedWith));
    }
}
