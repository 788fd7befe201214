package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Training.Precision;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.data.TinySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettledPrecisionTest {
    @TempDir
    private Path folder;

    private SettledPrecision settled;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() {
        settled = new SettledPrecision(new WorkspaceLayout(folder), folder.resolve("partial"));
    }

    private Precision on(boolean fastBf16, String precision) throws IOException {
        DistillationRunSpec spec = TinySpec.of(
                folder,
                "data: {sources: [{uri: any.jsonl}]}",
                "training: {precision: %s, seed: 7}".formatted(precision));
        DistillationRunSpec here = settled.in(spec, fastBf16, told::add);
        assertThat(here.training().seed()).isEqualTo(7);
        return here.training().precision();
    }

    @Test
    void all_trainers_of_a_stage_compute_in_the_type_that_its_first_one_is_fast_at() throws IOException {
        assertThat(on(true, "Auto")).isEqualTo(Precision.BF16);
        assertThat(on(true, "Auto")).isEqualTo(Precision.BF16);
        assertThat(told).isEmpty();
        assertThat(on(false, "Auto")).isEqualTo(Precision.BF16);
        assertThat(told)
                .containsExactly(
                        "computing in BF16, as the stage began to on another machine; this one would take FP32");
        settled = new SettledPrecision(new WorkspaceLayout(folder), folder.resolve("another"));
        assertThat(on(false, "Auto")).isEqualTo(Precision.FP32);
        assertThat(on(true, "Auto")).isEqualTo(Precision.FP32);
    }

    @Test
    void a_type_that_is_named_is_the_type() throws IOException {
        assertThat(on(true, "FP32")).isEqualTo(Precision.FP32);
        assertThat(folder.resolve("partial")).doesNotExist();
    }

    @Test
    void a_file_that_says_something_else_is_told_of() throws IOException {
        on(true, "Auto");
        Files.writeString(folder.resolve("partial/precision"), "FP8");
        assertThatThrownBy(() -> on(true, "Auto"))
                .hasMessageContaining("partial/precision")
                .hasMessageContaining("found FP8, expected BF16 or FP32; delete the file");
    }
}
