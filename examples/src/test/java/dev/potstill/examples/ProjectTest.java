package dev.potstill.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The project as its README describes it. */
class ProjectTest {
    private static final Path ROOT = Potstill.here().root();
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.potstill");

    @Test
    void theReadmesTreeIsTheTree() throws IOException {
        Set<String> told = Pattern.compile("(?m)^([a-z0-9-]+)/ {2,}")
                .matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> found = new TreeSet<>();
        try (Stream<Path> below = Files.list(ROOT)) {
            below.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals("target"))
                    .forEach(found::add);
        }
        assertThat(told).isEqualTo(found);
    }

    @Test
    void theResourceKnowsNobody() {
        forbidden(
                List.of("dev.potstill.api..", "dev.potstill.contract..", "dev.potstill.manifest.."),
                "dev.potstill.pipeline..",
                "dev.potstill.cli..",
                "dev.potstill.operator..",
                "dev.potstill.trainer..");
    }

    @Test
    void thePureCoreKnowsOnlyTheResource() {
        forbidden(
                List.of("dev.potstill.pipeline.."),
                "dev.potstill.cli..",
                "dev.potstill.operator..",
                "dev.potstill.trainer..");
    }

    @Test
    void nothingImportsTheTrainerAndTheTrainerImportsOnlyTheResource() {
        forbidden(List.of("dev.potstill.cli..", "dev.potstill.operator.."), "dev.potstill.trainer..");
        forbidden(
                List.of("dev.potstill.trainer.."),
                "dev.potstill.pipeline..",
                "dev.potstill.cli..",
                "dev.potstill.operator..");
    }

    @Test
    void onlyTheEngineTouchesDjlsPyTorch() {
        noClasses()
                .that()
                .resideInAPackage("dev.potstill..")
                .and()
                .resideOutsideOfPackage("dev.potstill.trainer.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch..")
                .check(CLASSES);
    }

    private static void forbidden(List<String> from, String... to) {
        noClasses()
                .that()
                .resideInAnyPackage(from.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(CLASSES);
    }
}
