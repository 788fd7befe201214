package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.potstill.api.Checkpoint;
import dev.potstill.api.Data.Augmentation;
import dev.potstill.api.Data.Difficulty;
import dev.potstill.api.Data.Filter;
import dev.potstill.api.Data.Format;
import dev.potstill.api.Data.HeldOut;
import dev.potstill.api.Data.Paths;
import dev.potstill.api.Data.Reasoning;
import dev.potstill.api.Data.Source;
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
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.net.URI;
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
        assertThat(spec.data().filter()).isEqualTo(new Filter(Reasoning.Required, 1_000_000, 80, 1));
        assertThat(spec.data().augmentation())
                .isEqualTo(new Augmentation(5, "0.7", 512, 500_000, true, Paths.Distinct, null));
        assertThat(spec.data().difficulty()).isEqualTo(new Difficulty(60, 30, 10));
        assertThat(spec.data().heldOut()).isEqualTo(new HeldOut(2, 1000));
        assertThat(spec.student().architecture()).isEqualTo(Student.Architecture.LoRA);
        assertThat(spec.student().lora())
                .isEqualTo(new Student.Lora(256, 512, Student.Targets.Attention, false, Student.Keep.Merged));
        assertThat(spec.student().moe()).isEqualTo(new Student.Moe(4, 2, "0.01", "0"));
        assertThat(spec.stages())
                .containsExactly(Stage.Data, Stage.Feature, Stage.Response, Stage.Reinforcement, Stage.Evaluation);
        assertThat(spec.training())
                .isEqualTo(new Training(
                        32,
                        4,
                        "3e-5",
                        500,
                        6,
                        2048,
                        Training.Precision.Auto,
                        Training.ActivationCheckpointing.Off,
                        Training.Order.Shuffled,
                        42));
        assertThat(spec.feature())
                .isEqualTo(new Feature(
                        2, Feature.LayerMap.Uniform, List.of(), Feature.Projection.WhereWidthsDiffer, null, null));
        assertThat(spec.response())
                .isEqualTo(new Response(
                        "2.0",
                        3,
                        Response.Divergence.ForwardKL,
                        "0.1",
                        "0.5",
                        "0.4",
                        64,
                        Response.Tail.Bucket,
                        null,
                        0,
                        512,
                        null,
                        null));
        assertThat(spec.reinforcement())
                .isEqualTo(new Reinforcement(
                        Reinforcement.Algorithm.PPO,
                        new Reinforcement.Reward(60, 30, 10),
                        Reinforcement.Verifier.Auto,
                        100,
                        32,
                        4,
                        512,
                        3,
                        2,
                        2,
                        "0.2",
                        "1",
                        "0.05",
                        new Reinforcement.KlController(Reinforcement.KlController.Kind.Fixed, "6", 10_000),
                        null,
                        new Reinforcement.Ppo("0.95", true, "0.2", "0.1", "0", null, 0),
                        new Reinforcement.Grpo(Reinforcement.Grpo.Scale.Std),
                        new Reinforcement.MiniLlm(true),
                        null));
        assertThat(spec.evaluation())
                .isEqualTo(new Evaluation(
                        List.of(Suite.Perplexity, Suite.Divergence),
                        List.of(Evaluation.Model.Teacher, Evaluation.Model.Start),
                        500,
                        List.of(),
                        1));
        assertThat(spec.quantization()).isEqualTo(new Quantization(Quantization.Method.GPTQ, 4, 128, 128, 3));
        assertThat(spec.workspace())
                .isEqualTo(new Workspace(
                        "200Gi",
                        null,
                        Workspace.AccessMode.ReadWriteOnce,
                        null,
                        Workspace.DeletionPolicy.Delete,
                        "50Gi"));
        assertThat(spec.checkpoint()).isEqualTo(new Checkpoint(200, 3));
        assertThat(spec.scheduling())
                .isEqualTo(new Scheduling(null, null, null, Map.of(), List.of(), null, null, List.of(), List.of()));
        assertThat(spec.execution()).isEqualTo(Execution.Running);
        assertThat(spec.suspend()).isFalse();
        assertThat(spec.ttlSecondsAfterFinished()).isNull();
        assertThat(spec.gates()).isEmpty();
    }

    @Test
    void what_is_written_reads_back_to_an_equal_manifest() throws IOException {
        Manifest manifest = read(SHORT + """
                  gates: [{suite: Perplexity, minScore: 3}]
                  training: {learningRate: "1e-3"}
                  scheduling: {nodeSelector: {b: "1", a: "true"}, tolerations: [{key: gpu, operator: Exists}]}
                """);
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("resolved.yaml");
        manifest.write(elsewhere);
        Manifest again = Manifest.read(elsewhere);
        assertThat(again).isEqualTo(manifest);
        assertThat(again.yaml()).isEqualTo(manifest.yaml());
        assertThat(elsewhere.getParent()).isDirectoryContaining("glob:**/resolved.yaml");
    }

    @Test
    void the_resolved_run_is_the_same_whatever_the_order_of_the_fields() throws IOException {
        String backwards = """
                spec:
                  data: {sources: [{uri: builtin://problems}]}
                  student: {model: builtin://start}
                  teachers: [{model: builtin://teacher, name: big}]
                metadata: {name: short}
                kind: DistillationRun
                apiVersion: potstill.dev/v1alpha1
                """;
        assertThat(read(backwards).yaml()).isEqualTo(read(SHORT).yaml());
    }

    @Test
    void paths_are_relative_to_the_folder_of_the_manifest() throws IOException {
        Manifest manifest = read("""
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: paths}
                spec:
                  teachers: [{name: big, model: "file://models/big one"}]
                  student: {model: ../small, tokenizer: /opt/tok%en}
                  data: {sources: [{uri: "file:///data/caf%C3%A9.jsonl"}, {uri: ./a.jsonl}, {uri: builtin://b}]}
                  evaluation: {suites: [GSM8K], data: [{suite: GSM8K, uri: q.jsonl}]}
                """);
        DistillationRunSpec spec = manifest.spec();
        String base = "file://" + folder.toAbsolutePath();
        assertThat(spec.teachers().getFirst().model()).isEqualTo(base + "/models/big%20one");
        assertThat(spec.student().model())
                .isEqualTo("file://" + folder.toAbsolutePath().resolveSibling("small"));
        assertThat(spec.student().tokenizer()).isEqualTo("file:///opt/tok%25en");
        assertThat(spec.data().sources().stream().map(Source::uri))
                .containsExactly("file:///data/caf%C3%A9.jsonl", base + "/a.jsonl", "builtin://b");
        assertThat(spec.evaluation().data().getFirst().uri()).isEqualTo(base + "/q.jsonl");
        assertThat(Path.of(URI.create("file:///opt/tok%25en"))).isEqualTo(Path.of("/opt/tok%en"));
    }

    @Test
    void a_manifest_may_be_json() throws IOException {
        Path json = folder.resolve("run.json");
        new ObjectMapper().writeValue(json.toFile(), new YAMLMapper().readTree(SHORT));
        assertThat(Manifest.read(json)).isEqualTo(read(SHORT));
    }

    @Test
    void the_header_is_kept_and_the_rest_of_the_metadata_is_not() throws IOException {
        ObjectNode resource = (ObjectNode) new YAMLMapper().readTree(SHORT);
        resource.withObject("/metadata")
                .put("uid", "1234")
                .put("namespace", "team")
                .put("generation", 3);
        resource.withObject("/metadata/labels").put("a", "b");
        resource.putObject("status").put("stage", "Data");
        Manifest manifest = Manifest.of(resource);
        assertThat(manifest.name()).isEqualTo("short");
        assertThat(manifest.namespace()).isEqualTo("team");
        assertThat(manifest.labels()).containsExactly(Map.entry("a", "b"));
        assertThat(manifest.resolved().path("metadata").properties()).hasSize(3);
        assertThat(manifest.resolved().has("status")).isFalse();
        assertThat(resource.has("status"))
                .as("what was handed in is left as it was")
                .isTrue();
    }

    @Test
    void a_resource_has_no_folder_for_a_path_to_be_relative_to() throws IOException {
        ObjectNode resource = (ObjectNode) new YAMLMapper().readTree(SHORT);
        resource.withObject("/spec/student").put("model", "models/small");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> Manifest.of(resource))
                .withMessage(
                        "spec.student.model: found the relative path \"models/small\", expected one that starts with /");
    }

    @Test
    void a_folder_that_is_not_there_cannot_be_written_to() throws IOException {
        Manifest manifest = read(SHORT);
        Path file = folder.resolve("none/run.yaml");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> manifest.write(file))
                .withMessageStartingWith(file + ": cannot be written")
                .satisfies(problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.STORAGE));
    }

    @Test
    void a_relocated_manifest_differs_in_its_locations_alone_and_each_has_to_fit() throws IOException {
        Manifest manifest = read(SHORT);
        Manifest moved =
                manifest.relocated(location -> location.equals("builtin://start") ? "/models/start" : location);

        ObjectNode expected = manifest.resolved();
        expected.withObject("/spec/student").put("model", "file:///models/start");
        assertThat(moved.resolved()).isEqualTo(expected);
        assertThat(moved.spec().student().model()).isEqualTo("file:///models/start");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> manifest.relocated(location -> "/a\nb"))
                .withMessageContaining("spec.student.model: found")
                .withMessageContaining("expected a path, or a URI");
    }

    private Manifest read(String yaml) throws IOException {
        return Manifest.read(Files.writeString(folder.resolve("run.yaml"), yaml));
    }
}
