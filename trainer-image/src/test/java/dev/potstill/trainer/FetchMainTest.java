package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.RunEstimate;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.TrainerProcess.Ended;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.fetch.HubServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage on a model and data that are elsewhere, from the outside. */
class FetchMainTest {
    @TempDir
    Path folder;

    private HubServer hub;

    @BeforeEach
    void start() throws IOException {
        hub = HubServer.start();
        ParrotLlama.save(folder.resolve("teacher"), "=", " ", "5");
        try (Stream<Path> files = Files.list(folder.resolve("teacher"))) {
            for (Path file : files.toList()) {
                hub.with("models/lab/small", file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        String[] chats = IntStream.range(0, 40)
                .mapToObj(i ->
                        "{\"question\": \"Tom has %d apples.\", \"answer\": \"%d+1=%d; = 5\"}".formatted(i, i, i + 1))
                .toArray(String[]::new);
        Files.write(folder.resolve("chats.jsonl"), List.of(chats));
        hub.with("datasets/lab/chats", "data/chats.jsonl", Files.readAllBytes(folder.resolve("chats.jsonl")));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private TrainerProcess start(String workspace, String model, String data, String... environment)
            throws IOException {
        Path manifest = folder.resolve(workspace + ".yaml");
        Files.writeString(manifest, """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: far}
                spec:
                  teachers: [{name: t, model: "%s"}]
                  student: {model: "%s"}
                  stages: [Data]
                  data:
                    sources: [{uri: "%s"}]
                    filter: {reasoning: Any}
                    augmentation: {samplesPerPrompt: 1, maxTokens: 8}
                """.formatted(model, model, data));
        List<String> before = Stream.concat(Stream.of("env", "HF_ENDPOINT=" + hub.url()), Stream.of(environment))
                .toList();
        List<String> arguments = List.of(
                "Data",
                "--run",
                manifest.toString(),
                "--workspace",
                folder.resolve(workspace).toString(),
                "--port",
                "0");
        return TrainerProcess.start(folder, before, List.of(), arguments);
    }

    /** What the run of a workspace is going to take, asked of nobody else. */
    private TrainerProcess estimate(String workspace) throws IOException {
        List<String> arguments = List.of(
                RunEstimate.COMMAND,
                "--run",
                folder.resolve(workspace + ".yaml").toString(),
                "--workspace",
                folder.resolve(workspace).toString());
        return TrainerProcess.start(folder, List.of(), List.of(), arguments);
    }

    private StageOutput output(String workspace) {
        return StageOutput.all(new WorkspaceLayout(folder.resolve(workspace)), Stage.Data)
                .getFirst();
    }

    @Test
    void killed_while_it_fetches_it_goes_on_and_makes_what_it_makes_of_files() throws Exception {
        assertThat(start("here", "teacher", "chats.jsonl").end()).isEqualTo(new Ended(0, ""));
        hub.silentAfter(1000);
        TrainerProcess killed = start("far", "hf://lab/small", "hf://datasets/lab/chats");
        while (parts() == 0) {
            if (killed.process().waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("ended too early: " + killed.end());
            }
        }
        killed.process().destroyForcibly();
        assertThat(killed.end().code()).isEqualTo(ExitCode.KILLED.code());

        assertThat(start("far", "hf://lab/small", "hf://datasets/lab/chats").end())
                .isEqualTo(new Ended(0, ""));
        assertThat(hub.resumed()).isTrue();
        assertThat(output("far").file(DataFiles.TRAIN))
                .hasSameBinaryContentAs(output("here").file(DataFiles.TRAIN));
        hub.close();
        assertThat(start("far", "hf://lab/small", "hf://datasets/lab/chats").end())
                .isEqualTo(new Ended(0, ""));
    }

    /** Of which something has come. */
    private long parts() throws IOException {
        Path blobs = folder.resolve("far/cache/fetched/blobs");
        if (!Files.isDirectory(blobs)) {
            return 0;
        }
        long parts = 0;
        for (String name : blobs.toFile().list()) {
            parts += name.endsWith(".part") && blobs.resolve(name).toFile().length() >= 1000 ? 1 : 0;
        }
        return parts;
    }

    @Test
    void what_a_run_takes_is_estimated_once_its_models_are_here() throws Exception {
        assertThat(start("far", "hf://lab/none", "hf://datasets/lab/chats")
                        .end()
                        .code())
                .isNotZero();
        Ended before = estimate("far").end();
        assertThat(before.code()).isEqualTo(ExitCode.LOCATION_UNAVAILABLE.code());
        assertThat(before.err()).startsWith("error: spec.teachers[0].model: hf://lab/none is not here yet");
        assertThat(start("far", "hf://lab/small", "hf://datasets/lab/chats").end())
                .isEqualTo(new Ended(0, ""));
        hub.close();

        TrainerProcess after = estimate("far");

        assertThat(after.end()).isEqualTo(new Ended(0, ""));
        RunEstimate estimate = Json.parse(after.told().getFirst(), RunEstimate.class);
        assertThat(estimate.stages())
                .singleElement()
                .satisfies(stage -> assertThat(stage.stage()).isEqualTo(Stage.Data));
    }

    @Test
    void what_is_not_there_is_told_of_in_one_line_before_any_work() throws Exception {
        Ended ended = start("far", "hf://lab/none", "hf://datasets/lab/chats").end();
        assertThat(ended.code()).isEqualTo(ExitCode.REJECTED.code());
        assertThat(ended.err())
                .startsWith("error: spec.teachers[0].model: hf://lab/none is not there: ")
                .hasLineCount(1);
    }

    @Test
    void a_hub_that_stays_away_is_unavailable() throws Exception {
        hub.close();
        Ended ended = start("far", "hf://lab/small", "chats.jsonl", "POTSTILL_FETCH_RETRY_SECONDS=1")
                .end();
        assertThat(ended.code()).isEqualTo(ExitCode.LOCATION_UNAVAILABLE.code());
        assertThat(ended.err()).startsWith("error: spec.teachers[0].model: hf://lab/small cannot be fetched: ");
    }
}
