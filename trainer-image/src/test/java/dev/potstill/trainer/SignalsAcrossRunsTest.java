package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs one after another in a workspace: what the later ones take from the earlier, and what they must not. */
class SignalsAcrossRunsTest {
    @TempDir
    private Path folder;

    private final Map<String, String> settings = new LinkedHashMap<>();
    private List<String> rows = new ArrayList<>();

    @BeforeEach
    void makeModelAndRows() throws IOException {
        saveTeacher(1, WordProblemTokenizer.tokenizerJson());
        rows = new ArrayList<>(WordProblemChats.rows(0, 60));
        settings.put("student", "{model: teacher, keepLayers: 3, lora: {rank: 4, alpha: 8, targets: AllLinear}}");
        settings.put("feature", "{epochs: 2}");
        settings.put("response", "{unfrozenLayers: 2, topK: 30, epochs: 2}");
        settings.put("workspace", "{cacheSize: 1Gi}");
    }

    private void saveTeacher(long seed, String tokenizer) throws IOException {
        new TinyLlama(4, 48, 4, 2, 96, 0.15).save(folder.resolve("teacher"), seed, tokenizer);
    }

    private Path manifest() throws IOException {
        Files.write(folder.resolve("chats.jsonl"), rows);
        StringBuilder sections = new StringBuilder();
        settings.forEach((name, value) -> sections.append("  %s: %s%n".formatted(name, value)));
        return Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: tiny}
                spec:
                  teachers: [{name: tiny, model: teacher}]
                  stages: [Data, Feature, Response]
                  data:
                    sources: [{uri: chats.jsonl, format: ChatJsonl}]
                    filter: {reasoning: Any}
                    augmentation: {samplesPerPrompt: 0}
                    heldOut: {percent: 1, maxRows: 1}
                    difficulty: {basePercent: 100, advancedPercent: 0, challengePercent: 0}
                  training: {batchSize: 4, gradientAccumulation: 1, learningRate: "1e-3", precision: FP32}
                """ + sections);
    }

    /** What a run came to: the students' weights, byte for byte, and what was said of it. */
    private record End(List<String> digests, Path student, String said) {}

    private End run(String workspace) throws IOException {
        return run(workspace, Stage.Data, Stage.Feature, Stage.Response);
    }

    private End run(String workspace, Stage... stages) throws IOException {
        WorkspaceLayout layout = new WorkspaceLayout(folder.resolve(workspace));
        List<String> digests = new ArrayList<>();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (Stage stage : stages) {
                TrainerCommand command = new TrainerCommand(
                        stage, manifest(), layout.root(), Optional.empty(), 0, 0, Optional.empty(), Optional.empty());
                ExitCode code = new StageProcess(command, new StopSignal(), Map.of()).run();
                assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.DONE);
                digests.add(latest(layout, stage).outputDigest());
            }
        } finally {
            System.setErr(err);
        }
        Path student = latest(layout, stages[stages.length - 1]).file("student/model.safetensors");
        return new End(digests, student, said.toString(StandardCharsets.UTF_8));
    }

    private static StageOutput latest(WorkspaceLayout layout, Stage stage) {
        return StageOutput.all(layout, stage).stream()
                .max(Comparator.comparing(output -> {
                    try {
                        return Files.getLastModifiedTime(output.folder());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }))
                .orElseThrow();
    }

    /** Bytes of signals by kind, of which one has a folder. */
    private Map<String, Long> stored(String workspace) throws IOException {
        Map<String, Long> bytes = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder.resolve(workspace).resolve("cache/signals"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".rows"))
                    .sorted()
                    .toList()) {
                bytes.merge(file.getParent().getFileName().toString(), Files.size(file), Long::sum);
            }
        }
        return bytes;
    }

    private static long of(Map<String, Long> stored, String kind) {
        return stored.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(kind + "-"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void copyCache(String from, String to) throws IOException {
        Path source = folder.resolve(from).resolve("cache");
        try (Stream<Path> paths = Files.walk(source)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = folder.resolve(to).resolve("cache").resolve(source.relativize(path));
                Files.createDirectories(target.getParent());
                Files.copy(path, target);
            }
        }
    }

    @Test
    void with_signals_of_an_earlier_run_the_weights_are_the_same_to_the_bit() throws IOException {
        End cold = run("cold");
        Map<String, Long> computed = stored("cold");
        assertThat(of(computed, "top")).isPositive();
        assertThat(of(computed, "frozen")).isPositive();
        copyCache("cold", "warm");
        End warm = run("warm");
        assertThat(stored("warm")).isEqualTo(computed);
        assertThat(warm.digests()).isEqualTo(cold.digests());
        assertThat(warm.student()).hasSameBinaryContentAs(cold.student());
    }

    @Test
    void where_there_is_no_room_they_are_computed_at_each_step_and_the_weights_are_as_good_as_the_same()
            throws IOException {
        End stored = run("stored");
        settings.put("workspace", "{cacheSize: 1M}");
        rows.addAll(WordProblemChats.rows(60, 300));
        End without = run("without");
        assertThat(without.said())
                .contains(
                        "warning: spec.workspace.cacheSize: found 1M",
                        "for the teacher's hidden states",
                        "set spec.workspace.cacheSize to ");
        settings.put("workspace", "{cacheSize: 1Gi}");
        End with = run("with");
        assertThat(with.said()).isEmpty();
        assertThat(stored.said()).isEmpty();
        assertThat(farthest(without.student(), with.student())).isLessThan(1e-5);
    }

    private static double farthest(Path one, Path other) {
        double farthest = 0;
        try (Weights a = SafeTensors.open(one);
                Weights b = SafeTensors.open(other)) {
            for (String name : a.names()) {
                float[] x = a.get(name).floats();
                float[] y = b.get(name).floats();
                for (int i = 0; i < x.length; i++) {
                    farthest = Math.max(farthest, Math.abs((double) x[i] - y[i]));
                }
            }
        }
        return farthest;
    }

    @Test
    void of_data_that_changed_only_new_rows_are_computed() throws IOException {
        run("shared");
        Map<String, Long> before = stored("shared");
        rows.remove(7);
        Collections.reverse(rows);
        rows.add(20, WordProblemChats.row(100));
        run("shared");
        Map<String, Long> after = stored("shared");
        assertThat(after.keySet()).containsAll(before.keySet());
        // One row of sixty, and what goes around it.
        assertThat(of(after, "top") - of(before, "top")).isBetween(of(before, "top") / 200, of(before, "top") / 20);
        for (int layer : new int[] {0, 2, 3}) {
            String hidden = "hidden-" + layer;
            assertThat(of(after, hidden) - of(before, hidden))
                    .isBetween(of(before, hidden) / 200, of(before, hidden) / 20);
        }
        End fresh = run("fresh");
        assertThat(farthest(fresh.student(), run("shared").student())).isLessThan(1e-5);
    }

    @Test
    void another_student_or_other_settings_read_what_the_teacher_said_before() throws IOException {
        run("shared");
        Map<String, Long> before = stored("shared");
        settings.put("student", "{model: teacher, keepLayers: 2, lora: {rank: 2, alpha: 8, targets: AllLinear}}");
        settings.put("response", "{unfrozenLayers: 1, topK: 30, epochs: 3, learningRate: \"1e-4\"}");
        End end = run("shared");
        Map<String, Long> after = stored("shared");
        assertThat(of(after, "top")).isEqualTo(of(before, "top"));
        assertThat(of(after, "hidden-3")).isEqualTo(of(before, "hidden-3"));
        // Its first layer follows the teacher's second, which the other student's did not.
        assertThat(of(before, "hidden-1")).isZero();
        assertThat(of(after, "hidden-1")).isPositive();
        assertThat(of(after, "frozen")).isGreaterThan(of(before, "frozen"));
        assertThat(end.student()).hasSameBinaryContentAs(run("fresh").student());
    }

    private enum Change {
        TEACHER,
        TOKENIZER,
        STUDENT,
        TEMPERATURE
    }

    @ParameterizedTest
    @EnumSource
    void what_has_changed_is_never_read_as_it_was(Change change) throws IOException {
        End before = run("shared");
        switch (change) {
            case TEACHER -> saveTeacher(2, WordProblemTokenizer.tokenizerJson());
            case TOKENIZER -> saveTeacher(1, swapped());
            case STUDENT ->
                settings.put(
                        "student", "{model: teacher, keepLayers: 3, lora: {rank: 4, alpha: 9, targets: AllLinear}}");
            case TEMPERATURE ->
                settings.put("response", "{unfrozenLayers: 2, topK: 30, epochs: 2, temperature: \"3\"}");
        }
        End after = run("shared");
        End fresh = run("fresh");
        assertThat(after.student()).hasSameBinaryContentAs(fresh.student());
        assertThat(after.digests()).isEqualTo(fresh.digests()).isNotEqualTo(before.digests());
    }

    /** The tokenizer with the numbers of two tokens swapped. */
    private static String swapped() throws IOException {
        ObjectNode json = Json.parse(WordProblemTokenizer.tokenizerJson(), ObjectNode.class);
        ObjectNode vocabulary = json.withObject("/model/vocab");
        int one = vocabulary.get("1").asInt();
        vocabulary.put("1", vocabulary.get("2").asInt());
        vocabulary.put("2", one);
        return json.toString();
    }
}
