package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.DataCard;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.TrainerProcess.Ended;
import dev.potstill.trainer.builtin.BuiltinModels;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.endpoint.LiveModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A teacher in a process of its own that is busy, broken, slow and cut off at times, asked by a stage that is killed three times. */
class KilledSamplingTest {
    private static final int SAMPLES = 5;
    private static final int CONCURRENCY = 16;
    private static final int KILLS = 3;
    private static final int PERCENT_OF_FAULTS = 10;

    @TempDir
    private Path folder;

    private Process server;

    @AfterEach
    void close() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    @Test
    void sixty_prompts_are_answered_five_times_each_through_three_kills() throws Exception {
        assertEachArrivesOnce(60);
    }

    @Test
    @EnabledIfSystemProperty(named = "potstill.long", matches = "true", disabledReason = "takes long: ./verify --long")
    void a_thousand_prompts_are_answered_five_times_each_through_three_kills() throws Exception {
        assertEachArrivesOnce(1000);
    }

    private void assertEachArrivesOnce(int prompts) throws Exception {
        String url = serve(BuiltinModels.unpack("builtin://word-problem-teacher", folder));
        Files.write(
                folder.resolve("prompts.jsonl"),
                IntStream.range(0, prompts)
                        .mapToObj(i -> new WordProblems(3).train(i))
                        .map(problem -> Json.compact(
                                Map.of("prompt", problem.prompt(), "answer", Long.toString(problem.answer()))))
                        .toList());
        // Of the prompts that are held out, two in a hundred, one answer each is asked for.
        int all = prompts * SAMPLES - (int) Math.round(prompts * 0.02) * (SAMPLES - 1);
        for (int kill = 1; kill <= KILLS; kill++) {
            TrainerProcess stage = stage(url);
            awaitDelivered(stage, all * kill / (KILLS + 1));
            stage.process().destroyForcibly();
            assertThat(stage.end().code()).isEqualTo(ExitCode.KILLED.code());
            int delivered = delivered().size();
            // What was on its way when the kill came is all that may be missing.
            assertThat(kept()).hasSizeBetween(delivered - kill * CONCURRENCY, delivered + CONCURRENCY);
        }
        Ended ended = stage(url).end();
        assertThat(ended.code()).as(ended.err()).isZero();

        StageOutput output = StageOutput.all(new WorkspaceLayout(folder.resolve("workspace")), Stage.Data)
                .getFirst();
        DataCard card = Json.read(output.file(DataCard.NAME), DataCard.class);
        assertThat(output.report().counts()).containsEntry("sampled", (long) all);
        assertThat(card.sampling().answered()).isEqualTo(all);
        assertThat(card.teachers().getFirst().prompts()).isEqualTo(prompts);
        assertThat(card.teachers().getFirst().answers()).isEqualTo(all);
        assertThat(new HashSet<>(delivered())).hasSize(all);
        assertThat(delivered()).hasSizeBetween(all, all + KILLS * CONCURRENCY);
    }

    private String serve(Path model) throws IOException {
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LiveModel.class.getName(),
                        model.toString(),
                        folder.resolve("journal").toString(),
                        Integer.toString(PERCENT_OF_FAULTS))
                .redirectError(folder.resolve("server.txt").toFile())
                .start();
        var said = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("http")) {
                return line;
            }
        }
        throw new AssertionError("no server: " + Files.readString(folder.resolve("server.txt")));
    }

    private TrainerProcess stage(String url) throws IOException {
        Path manifest = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: asked}
                spec:
                  teachers:
                  - name: t
                    endpoint: {url: "%s", model: served, maxConcurrency: %d, timeoutSeconds: 120, retrySeconds: 600,
                               price: {inputPerMillion: "0.55", outputPerMillion: "2.19", currency: USD}}
                  student: {model: builtin/word-problem-teacher}
                  stages: [Data]
                  data:
                    sources: [{uri: prompts.jsonl, format: PromptJsonl}]
                    filter: {reasoning: Any}
                    augmentation: {samplesPerPrompt: %d, temperature: "0.7", maxTokens: 64}
                """.formatted(url, CONCURRENCY, SAMPLES));
        return TrainerProcess.start(
                folder,
                List.of(
                        "Data",
                        "--run",
                        manifest.toString(),
                        "--workspace",
                        folder.resolve("workspace").toString(),
                        "--port",
                        "0"));
    }

    private List<String> delivered() throws IOException {
        Path journal = folder.resolve("journal");
        return Files.exists(journal) ? Files.readAllLines(journal) : List.of();
    }

    private void awaitDelivered(TrainerProcess stage, int count) throws Exception {
        while (delivered().size() < count) {
            if (stage.process().waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended too early: " + stage.end());
            }
        }
    }

    /** Questions and samples of all answers on the disk; none of them stands in one file twice. */
    private Set<String> kept() throws IOException {
        Set<String> kept = new HashSet<>();
        try (Stream<Path> files = Files.walk(folder.resolve("workspace/partial"))) {
            for (Path file : files.filter(path -> path.getParent().endsWith("sampled"))
                    .filter(path ->
                            path.toString().endsWith(".log") || path.toString().endsWith(".jsonl"))
                    .toList()) {
                List<String> names = Files.readAllLines(file).stream()
                        .filter(line -> line.contains("{") && line.endsWith("}"))
                        .map(line -> name(line.substring(line.indexOf('{'))))
                        .toList();
                assertThat(names).doesNotHaveDuplicates();
                kept.addAll(names);
            }
        }
        return kept;
    }

    private static String name(String json) {
        try {
            JsonNode answer = Json.mapper().readTree(json);
            return answer.path("question").asText() + " " + answer.path("sample");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
