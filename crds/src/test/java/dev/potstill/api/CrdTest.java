package dev.potstill.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CrdTest {
    private static final Path ROOT = Path.of("..");
    private static final GeneratedCrd GENERATED = GeneratedCrd.make();

    @Test
    void the_committed_crd_is_what_the_records_generate() throws IOException {
        isOrBecomes(
                ROOT.resolve("crds/src/main/resources/META-INF/potstill/distillationruns.potstill.dev-v1.yml"),
                GENERATED.yaml());
    }

    @Test
    void the_chart_carries_the_same_crd() throws IOException {
        isOrBecomes(ROOT.resolve("charts/potstill/crds/distillationruns.potstill.dev-v1.yml"), GENERATED.yaml());
    }

    private static void isOrBecomes(Path file, String expected) throws IOException {
        if (Boolean.getBoolean("potstill.write-crd")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(file)
                .as(
                        "%s is generated from the records of dev.potstill.api. To write it anew:%n"
                                + "  mvn -pl crds test -Dtest=CrdTest -Dpotstill.write-crd=true",
                        file.normalize())
                .hasContent(expected);
    }
}
