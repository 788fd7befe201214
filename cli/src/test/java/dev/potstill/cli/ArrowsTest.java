package dev.potstill.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.potstill.cli", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule THE_COMMAND_LINE_STARTS_THE_TRAINER_AND_DOES_NOT_IMPORT_IT = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.potstill.trainer..", "dev.potstill.operator..", "ai.djl..");

    @ArchTest
    static final ArchRule THE_REPORT_KNOWS_NOTHING_OF_HOW_A_RUN_IS_DRIVEN = noClasses()
            .that()
            .resideInAPackage("dev.potstill.cli.report")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.potstill.cli", "dev.potstill.cli.screen", "dev.potstill.cli.cluster");

    @ArchTest
    static final ArchRule A_CLUSTER_IS_LOOKED_AT_APART_FROM_RUNS_OF_THIS_MACHINE = noClasses()
            .that()
            .resideInAnyPackage("dev.potstill.cli.cluster", "dev.potstill.cli.screen")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.potstill.cli");
}
