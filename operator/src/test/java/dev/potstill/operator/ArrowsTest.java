package dev.potstill.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.potstill.operator", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule OBSERVING_ASKS_CACHES_AND_NEVER_THE_API_SERVER = noClasses()
            .that()
            .resideInAnyPackage("dev.potstill.operator.observe", "dev.potstill.operator.run")
            .should()
            .dependOnClassesThat()
            .haveSimpleName("KubernetesClient");

    @ArchTest
    static final ArchRule WHAT_IS_SEEN_DOES_NOT_DEPEND_ON_WHAT_IS_DONE = noClasses()
            .that()
            .resideInAnyPackage("dev.potstill.operator.observe", "dev.potstill.operator.run")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.potstill.operator.act", "dev.potstill.operator.report");

    @ArchTest
    static final ArchRule IT_STARTS_THE_TRAINER_AND_DOES_NOT_IMPORT_IT = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.potstill.trainer..", "dev.potstill.cli..", "ai.djl..");
}
