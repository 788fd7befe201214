package dev.potstill.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

@AnalyzeClasses(packages = "dev.potstill.pipeline", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
    private static final Set<String> FROM_OUTSIDE = Set.of("now", "currentTimeMillis", "nanoTime", "getenv", "sleep");

    @ArchTest
    static final ArchRule THE_CORE_TALKS_TO_NO_CLUSTER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.net..");

    @ArchTest
    static final ArchRule IT_TOUCHES_NO_FILES = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..")
            .orShould()
            .dependOnClassesThat()
            .haveSimpleName("StageOutput")
            .orShould()
            .dependOnClassesThat()
            .haveSimpleName("Lineage");

    @ArchTest
    static final ArchRule IT_HAS_NO_CLOCK_AND_READS_NO_SURROUNDINGS = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "asks the clock or the environment",
                    (JavaCall<?> call) -> FROM_OUTSIDE.contains(call.getName())
                            && call.getTargetOwner().getPackageName().startsWith("java.")));

    @ArchTest
    static final ArchRule IT_KNOWS_NOTHING_OF_THOSE_WHO_USE_IT = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.potstill.cli..", "dev.potstill.operator..", "dev.potstill.trainer..");
}
