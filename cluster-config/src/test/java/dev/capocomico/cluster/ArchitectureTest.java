package dev.capocomico.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which part may know which. A rule that fails says what to do instead. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.capocomico");

    private static final String MODEL = "dev.capocomico.model..";
    private static final String LANGUAGE = "dev.capocomico.language..";
    private static final String ENGINE = "dev.capocomico.engine..";
    private static final String PATTERNS = "dev.capocomico.patterns..";
    private static final String PERSISTENCE = "dev.capocomico.persistence..";
    private static final String HTTP = "dev.capocomico.http..";

    private static final DescribedPredicate<JavaClass> CLOCK_OR_CHANCE = DescribedPredicate.describe(
            "a clock, chance or a logger",
            type -> Stream.of(
                                    "java.time.Clock",
                                    "java.util.Random",
                                    "java.util.concurrent.ThreadLocalRandom",
                                    "java.security.SecureRandom")
                            .anyMatch(type.getFullName()::equals)
                    || type.getPackageName().startsWith("org.slf4j"));

    static final List<ArchRule> RULES = List.of(
            classes()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            MODEL,
                            "java..",
                            "org.jspecify..",
                            "com.fasterxml.jackson.databind..",
                            "com.fasterxml.jackson.core..")
                    .because("the model is pure: put what needs a library behind a port in the model,"
                            + " and implement the port in language or engine"),
            noClasses()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .dependOnClassesThat(CLOCK_OR_CHANCE)
                    .because("time and chance come with the command and are frozen in the fact:"
                            + " add a component to the command instead"),
            noClasses()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod("java.time.Instant", "now")
                    .orShould()
                    .callMethod("java.util.UUID", "randomUUID")
                    .because("time and identity come with the command: add a component to the command instead"),
            noClasses()
                    .that()
                    .resideInAPackage(LANGUAGE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ENGINE, PATTERNS, PERSISTENCE, HTTP, "org.apache.pekko..")
                    .because("the reader must be usable without a running engine:"
                            + " take what it needs as an interface of the model"),
            noClasses()
                    .that()
                    .resideInAPackage(ENGINE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(LANGUAGE, PATTERNS, PERSISTENCE, HTTP)
                    .because("the engine knows ports, not those who implement them: declare an interface in engine,"
                            + " and let cluster-config hand the implementation over"),
            neverSeeEachOther(PATTERNS, PERSISTENCE, HTTP),
            neverSeeEachOther(PERSISTENCE, PATTERNS, HTTP),
            neverSeeEachOther(HTTP, PATTERNS, PERSISTENCE),
            slices().matching("dev.capocomico.(*.*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("packages that know each other in a circle can only be understood together:"
                            + " move what both need to one that knows neither"),
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.ObjectInputStream")
                    .because("Java serialisation lets data run code: use the wire formats of persistence"),
            fields().that()
                    .areStatic()
                    .should()
                    .beFinal()
                    .because("state that belongs to nobody makes tests depend on each other: give it an owner"));

    @TestFactory
    Stream<DynamicTest> rules() {
        return RULES.stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getDescription(), () -> rule.allowEmptyShould(true).check(CODE)));
    }

    /** Without this a renamed package would leave its rules with nothing to look at. */
    @Test
    void the_rules_look_at_every_room_of_the_house() {
        for (String room : List.of("model", "language", "patterns")) {
            assertThat(CODE.stream()
                            .map(JavaClass::getPackageName)
                            .filter(name -> name.startsWith("dev.capocomico." + room)))
                    .as(room)
                    .isNotEmpty();
        }
    }

    private static ArchRule neverSeeEachOther(String one, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(one)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because("patterns, persistence and http-api are exchangeable: what one needs of another"
                        + " is an interface in engine");
    }
}
