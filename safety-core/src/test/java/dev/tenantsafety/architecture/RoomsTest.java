package dev.tenantsafety.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import dev.tenantsafety.TenantSafetyException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The house plan as rules: which room may use which, what the library may use at all, and how things are named. */
class RoomsTest {

    /** Lowest first: a room uses only rooms before it. */
    private static final List<String> ROOMS = List.of(
            "id", "scope", "validation", "jdbc", "ownership", "archive", "transfer", "audit", "deletion", "guard");

    private static final String HOUSE = "dev.tenantsafety";
    private static final String FIXTURES = HOUSE + ".architecture.fixture";

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("test-databases"))
            .importPackages(HOUSE);
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(FIXTURES);

    private static ArchRule roomsUseOnlyLowerRooms(String house) {
        List<ArchRule> rules = new ArrayList<>();
        for (int i = 0; i < ROOMS.size() - 1; i++) {
            String[] higher = ROOMS.stream()
                    .skip(i + 1)
                    .map(room -> house + "." + room + "..")
                    .toArray(String[]::new);
            rules.add(noClasses()
                    .that()
                    .resideInAPackage(house + "." + ROOMS.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(higher)
                    .allowEmptyShould(true)); // not all rooms are built yet
        }
        return CompositeArchRule.of(rules);
    }

    private static ArchRule everyClassStandsInARoom(String house) {
        String[] rooms = ROOMS.stream().map(room -> house + "." + room + "..").toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(house + "..")
                .and()
                .doNotHaveFullyQualifiedName(TenantSafetyException.class.getName()) // which all rooms throw
                .and()
                .doNotHaveFullyQualifiedName(HOUSE + ".package-info")
                .should()
                .resideInAnyPackage(rooms);
    }

    private static ArchRule theLibraryUsesTheJdkAndWhatIsNamed(String house) {
        return classes()
                .that()
                .resideInAPackage(house + "..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                house + "..", HOUSE + "..", "java..", "javax.crypto..", "javax.sql..", "org.jspecify..")
                        .or(resideInAnyPackage("jakarta.validation..", "org.hibernate.validator..")
                                .as("the validation API"))
                        .or(resideInAnyPackage("io.micrometer.context..").as("the context propagation API"))
                        .or(resideInAnyPackage("tools.jackson.core..").as("the streaming API of Jackson"))
                        .or(resideInAnyPackage("me.tongfei.progressbar..").as("the console's progress bar"))
                        .or(resideInAnyPackage("org.postgresql..").as("the PostgreSQL driver")));
    }

    private static ArchRule onlyTheRoomUsesTheApi(String house, String room, String... api) {
        return onlyTheRoomsUseTheApi(house, List.of(room), api);
    }

    private static ArchRule onlyTheRoomsUseTheApi(String house, List<String> rooms, String... api) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        rooms.stream().map(room -> house + "." + room + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(api);
    }

    private static ArchRule archivesKnowNoDatabase(String house) {
        return noClasses()
                .that()
                .resideInAnyPackage(house + ".archive..", house + ".id..", house + ".scope..", house + ".validation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..");
    }

    private static ArchRule namesSaySomething() {
        return noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Impl");
    }

    /** Without the mark the null checks would pass over a package in silence. */
    private static ArchRule packagesAreNullMarked() {
        return classes().should(new com.tngtech.archunit.lang.ArchCondition<>("reside in a null-marked package") {
            @Override
            public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new com.tngtech.archunit.lang.SimpleConditionEvent(
                        type, marked, type.getPackageName() + " has no @NullMarked package-info"));
            }
        });
    }

    private static ArchRule publicClassesAreNotOpenForInheritance() {
        DescribedPredicate<JavaClass> sealed =
                DescribedPredicate.describe("sealed", type -> type.reflect().isSealed());
        return classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotAnnotations()
                .and(DescribedPredicate.not(sealed))
                .and()
                .doNotHaveFullyQualifiedName(TenantSafetyException.class.getName()) // whose heirs are final
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
    }

    private static List<ArchRule> plan(String house) {
        return List.of(
                roomsUseOnlyLowerRooms(house),
                everyClassStandsInARoom(house),
                theLibraryUsesTheJdkAndWhatIsNamed(house),
                onlyTheRoomUsesTheApi(house, "validation", "jakarta.validation..", "org.hibernate.validator.."),
                onlyTheRoomUsesTheApi(house, "scope.propagation", "io.micrometer.context.."),
                onlyTheRoomsUseTheApi(house, List.of("archive", "transfer"), "tools.jackson.."),
                onlyTheRoomUsesTheApi(house, "transfer", "org.postgresql..", "me.tongfei.."),
                archivesKnowNoDatabase(house),
                namesSaySomething(),
                packagesAreNullMarked(),
                publicClassesAreNotOpenForInheritance());
    }

    @Test
    void theLibraryKeepsToThePlan() {
        assertThat(LIBRARY).hasSizeGreaterThan(20);
        plan(HOUSE).forEach(rule -> rule.check(LIBRARY));
    }

    /** Each rule sees the fixture that breaks it, or it would sleep unnoticed. */
    @Test
    void eachRuleFindsWhatBreaksIt() {
        List<String> offenders = List.of(
                "UsesAHigherRoom",
                "StandsInNoRoom",
                "UsesAnotherLibrary",
                "UsesValidation",
                "UsesContextPropagation",
                "UsesJackson",
                "UsesTheDriver",
                "KnowsADatabase",
                "NamedHelper",
                FIXTURES + ".guard has no @NullMarked",
                "CanBeInherited");
        List<ArchRule> plan = plan(FIXTURES);
        for (int i = 0; i < plan.size(); i++) {
            ArchRule rule = plan.get(i);
            assertThatThrownBy(() -> rule.check(BROKEN))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(offenders.get(i));
        }
    }

    @Test
    void theFixturesAreNotPartOfTheLibrary() {
        assertThatCode(() -> LIBRARY.get(HOUSE + ".id.TypedId")).doesNotThrowAnyException();
        assertThat(LIBRARY.stream().map(JavaClass::getPackageName)).noneMatch(name -> name.startsWith(FIXTURES));
    }
}
