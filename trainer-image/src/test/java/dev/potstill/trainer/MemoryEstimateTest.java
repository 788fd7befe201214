package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.potstill.api.Stage;
import dev.potstill.contract.Json;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.StageEstimate;
import dev.potstill.contract.TrainerJvm;
import dev.potstill.trainer.engine.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was estimated of a stage before it ran, against what the operating system then counted of its process. */
class MemoryEstimateTest {
    private static final double CLOSE = 0.15;

    /** As a variable: a processor without instructions for bf16. */
    private static final String SLOW = Hardware.FAST_BF16 + "=false";

    @TempDir
    private Path folder;

    /** What the trainer is told beside its own. */
    private Map<String, String> environment = Map.of();

    private void write(String student, int rows, int batch, String precision, int unfrozen) throws IOException {
        new TinyLlama(8, 512, 8, 4, 1408, 0.04).save(folder.resolve("teacher"), 1);
        Files.write(folder.resolve("chats.jsonl"), WordProblemChats.rows(0, rows));
        Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: sized}
                spec:
                  teachers: [{name: t, model: teacher}]
                  student: {model: teacher, lora: {rank: 64, alpha: 8, targets: AllLinear}, %s}
                  stages: [Data, Feature, Response]
                  data:
                    sources: [{uri: chats.jsonl, format: ChatJsonl}]
                    filter: {reasoning: Any}
                    augmentation: {samplesPerPrompt: 0}
                    heldOut: {percent: 1, maxRows: 1}
                  training: {batchSize: %d, gradientAccumulation: 1, learningRate: "1e-4", epochs: 1, precision: %s}
                  feature: {epochs: 1}
                  response: {unfrozenLayers: %d, topK: 40}
                """.formatted(student, batch, precision, unfrozen));
    }

    private Process start(String... arguments) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(TrainerJvm.FLAGS);
        line.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        line.addAll(List.of(arguments));
        line.addAll(List.of(
                "--run",
                folder.resolve("run.yaml").toString(),
                "--workspace",
                folder.resolve("workspace").toString()));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectError(folder.resolve("err.txt").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Map<Stage, StageEstimate> estimates() throws IOException, InterruptedException {
        Process process = start(RunEstimate.COMMAND);
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("err.txt")))
                .isZero();
        Map<Stage, StageEstimate> estimates = new EnumMap<>(Stage.class);
        Json.parse(said, RunEstimate.class).stages().forEach(estimate -> estimates.put(estimate.stage(), estimate));
        return estimates;
    }

    /** Bytes of memory at most while the stage ran. */
    private long run(Stage stage) throws IOException, InterruptedException {
        Process process = start(stage.name(), "--port", "0");
        long most = 0;
        while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
            most = Math.max(most, highWater(process.pid()));
        }
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("err.txt")))
                .isZero();
        return most;
    }

    private static long highWater(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // ended just now
        }
    }

    private long bytesBelow(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("workspace").resolve(name))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private void assertClose(Stage stage, long measured, StageEstimate estimate) {
        long estimated = StageEstimate.sum(estimate.memory());
        String figures = "memory of %s: estimated %d MiB, measured %d MiB, %+.0f %%"
                .formatted(stage, estimated >> 20, measured >> 20, 100.0 * (estimated - measured) / measured);
        System.out.println(figures);
        assertThat((double) estimated / measured)
                .as("%s (%s)", figures, StageEstimate.words(estimate.memory()))
                .isCloseTo(1, within(CLOSE));
    }

    private void assertAllClose() throws IOException, InterruptedException {
        run(Stage.Data);
        Map<Stage, StageEstimate> estimates = estimates();
        for (Stage stage : List.of(Stage.Feature, Stage.Response)) {
            assertThat(estimates.get(stage).bound()).isFalse();
            assertClose(stage, run(stage), estimates.get(stage));
        }
        long signals = estimates.get(Stage.Feature).disk().get("signals")
                + estimates.get(Stage.Response).disk().get("signals");
        assertThat((double) signals / bytesBelow("cache/signals")).isCloseTo(1, within(CLOSE));
        long students = estimates.get(Stage.Feature).disk().get("student")
                + estimates.get(Stage.Response).disk().get("student");
        assertThat((double) students / bytesBelow("stages")).isCloseTo(1, within(CLOSE));
    }

    @Test
    void memory_and_disk_are_what_was_estimated() throws Exception {
        write("keepLayers: 4", 97, 32, "FP32", 2);
        assertAllClose();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            keepLayers: 4                       | 65  | 16 | FP32 | 2
            keepLayers: 4                       | 257 | 64 | FP32 | 2
            keepLayers: 8                       | 129 | 32 | FP32 | 2
            keepLayers: 8                       | 129 | 32 | FP32 | 6
            keepLayers: 4, architecture: Full   | 129 | 32 | FP32 | 2
            keepLayers: 4                       | 129 | 32 | BF16 | 2
            keepLayers: 8                       | 129 | 32 | 'FP32, activationCheckpointing: Full' | 6
            """)
    @EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
    void so_they_are_for_other_shapes(String student, int rows, int batch, String precision, int unfrozen)
            throws Exception {
        write(student, rows, batch, precision, unfrozen);
        assertAllClose();
    }

    /** As on a processor without instructions for bf16, on any. */
    @ParameterizedTest
    @CsvSource({"8, 129, 32, 6", "4, 129, 32, 2"})
    @EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
    void so_they_are_where_bf16_is_widened(int layers, int rows, int batch, int unfrozen) throws Exception {
        environment = Map.of(Hardware.FAST_BF16, "false");
        write("keepLayers: " + layers, rows, batch, "BF16", unfrozen);
        assertAllClose();
    }

    /** @param environment a variable of it and its value */
    private TrainerProcess trainer(Stage stage, String... environment) throws IOException {
        List<String> before = new ArrayList<>(List.of("env"));
        before.addAll(List.of(environment));
        return TrainerProcess.start(
                folder,
                before,
                List.of(),
                List.of(
                        stage.name(),
                        "--run",
                        folder.resolve("run.yaml").toString(),
                        "--workspace",
                        folder.resolve("workspace").toString(),
                        "--port",
                        "0"));
    }

    /** What a stage says that has too little memory. */
    private String refusal(Stage stage, String memory, String... environment) throws Exception {
        List<String> all = new ArrayList<>(List.of("POTSTILL_MEMORY=" + memory));
        all.addAll(List.of(environment));
        TrainerProcess.Ended ended = trainer(stage, all.toArray(String[]::new)).end();
        assertThat(ended.code()).isEqualTo(78);
        return ended.err();
    }

    @Test
    void where_bf16_is_widened_a_stage_says_so() throws Exception {
        write("keepLayers: 4", 33, 8, "BF16", 2);
        run(Stage.Data);
        TrainerProcess feature = trainer(Stage.Feature, SLOW);
        TrainerProcess.Ended ended = feature.end();
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(feature.told()).anyMatch(line -> line.contains("bf16 weights in fp32"));
    }

    @Test
    void what_does_not_fit_ends_with_78_before_any_work_and_names_the_batch_that_does() throws Exception {
        write("keepLayers: 4", 65, 64, "FP32", 2);
        run(Stage.Data);
        assertThat(refusal(Stage.Feature, "1G"))
                .startsWith("error: Feature does not fit into memory: it takes about ")
                .contains(
                        "activations ",
                        "expected at most 954 MiB",
                        "Set spec.training.batchSize to 16 (found 64)",
                        "spec.training.gradientAccumulation to 4");
        assertThat(refusal(Stage.Feature, "1400M", SLOW))
                .contains("set spec.training.precision to BF16 (which takes longer on this processor: ");
        assertThat(folder.resolve("workspace/cache/signals")).doesNotExist();
    }

    @Test
    void where_even_the_weights_do_not_fit_the_first_stage_says_so() throws Exception {
        write("keepLayers: 8", 65, 4, "FP32", 2);
        assertThat(refusal(Stage.Data, "500M"))
                .contains(
                        "does not fit into memory",
                        "expected at most 477 MiB",
                        "Set spec.teachers[0].residency to Streamed")
                .doesNotContain("BF16");
        assertThat(refusal(Stage.Data, "400M"))
                .contains(
                        "expected at most 381 MiB",
                        "give it at least ",
                        " of memory and set spec.teachers[0].residency to Streamed")
                .doesNotContain("BF16");
    }
}
