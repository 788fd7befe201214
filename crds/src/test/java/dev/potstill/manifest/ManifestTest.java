package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Checkpoint;
import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.Data.Difficulty;
import dev.potstill.api.Data.Filter;
import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.HeldOut;
import dev.potstill.api.Data.Reasoning;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Evaluation;
import dev.potstill.api.Execution;
import dev.potstill.api.Feature;
import dev.potstill.api.Quantization;
import dev.potstill.api.Reinforcement;
import dev.potstill.api.Response;
import dev.potstill.api.Scheduling;
import dev.potstill.api.Stage;
import dev.potstill.api.Student;
import dev.potstill.api.Suite;
import dev.potstill.api.Training;
import dev.potstill.api.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    static final String SHORT = """
            apiVersion: potstill.dev/v1alpha1
            kind: DistillationRun
            metadata:
              name: short
            spec:
              teachers: [{name: big, model: builtin://teacher}]
              student: {model: builtin://start}
              data: {sources: [{uri: builtin://problems}]}
            """;

    @TempDir
    Path folder;

    @Test
    void a_short_manifest_takes_the_methods_values() throws IOException {
        DistillationRunSpec spec = read(SHORT).spec();
        assertThat(spec.data().sources().getFirst().format()).isEqualTo(Format.ChatJsonl);
        assertThat(spec.data().filter()).isEqualTo(new Filter(Reasoning.Required, 1_000_000));
        assertThat(spec.data().augmentation()).isEqualTo(new Augmentation(5, "0.7", 512, 500_000, true));
        assertThat(spec.data().difficulty()).isEqualTo(new Difficulty(60, 30, 10));
        assertThat(spec.data().heldOut()).isEqualTo(new HeldOut(2, 1000));
        assertThat(spec.student().architecture()).isEqualTo(Student.Architecture.LoRA);
        assertThat(spec.student().lora()).isEqualTo(new Student.Lora(256, 512, Student.Targets.Attention));
        assertThat(spec.student().moe()).isEqualTo(new Student.Moe(4, 2));
        assertThat(spec.stages())
                .containsExactly(Stage.Data, Stage.Feature, Stage.Response, Stage.Reinforcement, Stage.Evaluation);
        assertThat(spec.training()).isEqualTo(new Training(32, 4, "3e-5", 500, 6, 2048, Training.Precision.Auto, 42));
        assertThat(spec.feature()).isEqualTo(new Feature(2, Feature.LayerMap.Uniform, null, null));
        assertThat(spec.response()).isEqualTo(new Response("2.0", 3, Response.Divergence.ForwardKL, 64, null, null));
        assertThat(spec.reinforcement())
                .isEqualTo(new Reinforcement(
                        Reinforcement.Algorithm.PPO,
                        new Reinforcement.Reward(60, 30, 10),
                        100,
                        32,
                        4,
                        512,
                        3,
                        "0.05",
                        null));
        assertThat(spec.evaluation())
                .isEqualTo(new Evaluation(
                        List.of(Suite.Perplexity, Suite.Divergence),
                        List.of(Evaluation.Model.Teacher, Evaluation.Model.Start),
                        500,
                        List.of()));
        assertThat(spec.quantization()).isEqualTo(new Quantization(Quantization.Method.GPTQ, 4, 128, 128, 3));
        assertThat(spec.workspace()).isEqualTo(new Workspace("200Gi", null, Workspace.AccessMode.ReadWriteOnce));
        assertThat(spec.checkpoint()).isEqualTo(new Checkpoint(200, 3));
        assertThat(spec.scheduling()).isEqualTo(new Scheduling(null, null, null, Map.of(), List.of()));
        assertThat(spec.execution()).isEqualTo(Execution.Running);
        assertThat(spec.suspend()).isFalse();
        assertThat(spec.ttlSecondsAfterFinished()).isNull();
        assertThat(spec.gates()).isEmpty();
    }

    private Manifest read(String yaml) throws IOException {
        return Manifest.read(Files.writeString(folder.resolve("run.yaml"), yaml));
    }
}
