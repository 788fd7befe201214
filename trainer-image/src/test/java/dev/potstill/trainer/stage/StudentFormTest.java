package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.PeftFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a student is made of and how it is kept from stage to stage. */
class StudentFormTest {
    private static final List<Stage> TRAINING = List.of(Stage.Feature, Stage.Response, Stage.Reinforcement);

    @TempDir
    Path folder;

    @BeforeEach
    void makeTeacher() throws IOException {
        new TinyLlama(4, 16, 4, 2, 24, 0.3).save(folder.resolve("teacher"), 1);
    }

    private StageChain chain(String settings) throws IOException {
        return new StageChain(folder, "{\"model\": \"file://%s/teacher\", %s}".formatted(folder, settings));
    }

    private static float[] logits(LanguageModel model) {
        try (Scope scope = Scope.open()) {
            var batch = model.pack(scope, List.of(new int[] {3, 1, 4, 1, 5, 9}, new int[] {2, 6, 5}));
            return model.logits(scope, model.norm(scope, model.forward(scope, batch)))
                    .floats();
        }
    }

    @Test
    void an_adapter_is_kept_apart_through_all_stages_on_a_base_that_stays_as_it_is() throws IOException {
        StageChain chain = chain("""
                "lora": {"rank": 4, "alpha": 8, "targets": "AllLinear", "rankStabilized": true, "keep": "Adapter"}""");
        float[] before;
        try (Models.Open start = chain.models().start()) {
            before = logits(start.model());
        }
        float[] last = before;
        for (Stage stage : TRAINING) {
            chain.run(stage);
            assertThat(chain.student(stage)).isDirectoryContaining("glob:**adapter_model.safetensors");
            assertThat(chain.student(stage).resolve("model.safetensors")).doesNotExist();
            try (Models.Open student = chain.models().student()) {
                float[] now = logits(student.model());
                assertThat(now).isNotEqualTo(before);
                if (stage == Stage.Response) {
                    assertThat(now).isNotEqualTo(last);
                }
                last = now;
                student.model().adapted().merge();
                assertThat(logits(student.model()))
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(now);
            }
        }
        PeftFolder saved = PeftFolder.open(chain.student(Stage.Reinforcement));
        assertThat(saved.rank()).isEqualTo(4);
        assertThat(saved.rankStabilized()).isTrue();
        assertThat(saved.modules())
                .containsExactly("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj");
        try (Models.Open start = chain.models().start()) {
            assertThat(logits(start.model())).isEqualTo(before);
        }
        // What has an adapter is quantised as one model.
        chain.run(Stage.Quantization);
        try (ModelFiles files = ModelFiles.open(chain.student(Stage.Quantization));
                LanguageModel quantized = LanguageModel.load(files, ElementType.F32)) {
            assertThat(logits(quantized)).doesNotContain(Float.NaN);
        }
    }

    @Test
    void a_mixture_begins_as_the_dense_model_and_ends_as_a_mixtral_with_experts_that_differ() throws IOException {
        StageChain chain = chain("""
                "architecture": "MoE", "keepLayers": 2, "moe": {"experts": 4, "activeExperts": 2, "zCoefficient": "1e-3"}""");
        try (Models.Open mixture = chain.models().start();
                Models.Open dense = chain("\"keepLayers\": 2").models().start()) {
            assertThat(logits(mixture.model()))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(logits(dense.model()));
        }
        for (Stage stage : TRAINING) {
            StageWork.Made made = chain.run(stage);
            if (stage != Stage.Reinforcement) {
                assertThat(made.curves()).containsKeys("balance", "routerZ");
                // Evenly used experts give k = 2, one pair alone 4.
                assertThat(made.curves().get("balance")).allMatch(point -> point.value() > 1.9 && point.value() < 4.01);
                assertThat(made.measures().get("loss.last"))
                        .isLessThan(made.measures().get("loss.first"));
            }
        }
        Path student = chain.student(Stage.Reinforcement);
        var config = new ObjectMapper().readTree(student.resolve("config.json").toFile());
        assertThat(config.path("model_type").asText()).isEqualTo("mixtral");
        assertThat(config.path("num_local_experts").asInt()).isEqualTo(4);
        try (Models.Open open = chain.models().student()) {
            String expert = "model.layers.1.block_sparse_moe.experts.%d.w1.weight";
            assertThat(open.model().get(expert.formatted(0)).floats())
                    .isNotEqualTo(open.model().get(expert.formatted(1)).floats());
        }
        chain.run(Stage.Quantization);
        assertThat(Files.size(chain.student(Stage.Quantization).resolve("model.safetensors")))
                .isLessThan(Files.size(student.resolve("model.safetensors")));
    }

    @Test
    void an_adapter_without_its_base_is_refused() throws IOException {
        StageChain chain = chain("\"keepLayers\": 2, \"lora\": {\"keep\": \"Adapter\"}");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> chain.suitability().check())
                .withMessageContaining("spec.student.keepLayers: found 2 together with spec.student.lora.keep: Adapter")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
    }

    @Test
    void a_mixture_is_not_grown_from_a_mixture() throws IOException {
        StageChain chain = chain("\"architecture\": \"MoE\", \"keepLayers\": 2");
        chain.run(Stage.Feature);
        StageChain again = new StageChain(
                folder,
                "{\"model\": \"file://%s\", \"architecture\": \"MoE\"}".formatted(chain.student(Stage.Feature)));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> again.suitability().check())
                .withMessageContaining("model_type: found \"mixtral\", a mixture of experts already")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.UNFIT));
    }
}
