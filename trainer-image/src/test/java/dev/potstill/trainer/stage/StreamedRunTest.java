package dev.potstill.trainer.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.InputDigest;
import dev.potstill.contract.Json;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.Upstream;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.data.DataFiles;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose teacher is never in memory as a whole comes to what it comes to with all of it there. */
class StreamedRunTest {
    private static final List<Stage> STAGES = List.of(Stage.Data, Stage.Feature, Stage.Response, Stage.Evaluation);

    @TempDir
    Path folder;

    @BeforeEach
    void makeModelsAndRows() throws IOException {
        new TinyLlama(24, 64, 4, 2, 96, 0.1).save(folder.resolve("teacher"), 1);
        new TinyLlama(2, 16, 4, 2, 24, 0.3).save(folder.resolve("start"), 2);
        WordProblems problems = new WordProblems(3);
        Files.write(
                folder.resolve("chats.jsonl"),
                IntStream.range(0, 80)
                        .mapToObj(problems::train)
                        .map(problem -> Json.compact(Map.of(
                                "question",
                                problem.prompt(),
                                "answer",
                                problem.reasoning() + " #### " + problem.answer())))
                        .toList());
    }

    private final class Run {
        private final String residency;
        private int samplesPerPrompt;
        private final Map<Stage, StageOutput> made = new EnumMap<>(Stage.class);

        Run(String residency) {
            this.residency = residency;
        }

        StageWork.Made make(Stage stage) throws IOException {
            StageContext context = context(stage);
            StageWork.Made result = Stages.of(stage).make(context);
            made.put(stage, new StageOutput(context.out(), input(stage), stage.name()));
            return result;
        }

        /** The last stage's. */
        StageWork.Made makeAll() throws IOException {
            for (Stage stage : STAGES.subList(0, STAGES.size() - 1)) {
                make(stage);
            }
            return make(STAGES.getLast());
        }

        StageContext context(Stage stage) throws IOException {
            String manifest = """
                    {"apiVersion": "potstill.dev/v1alpha1", "kind": "DistillationRun", "metadata": {"name": "tiny"}, "spec": {
                     "teachers": [{"name": "t", "model": "file://%1$s/teacher", "residency": "%2$s"}],
                     "student": {"model": "file://%1$s/start", "lora": {"rank": 4, "alpha": 8, "targets": "AllLinear"}},
                     "data": {"sources": [{"uri": "file://%1$s/chats.jsonl", "format": "ChatJsonl"}],
                              "filter": {"reasoning": "Any"}, "heldOut": {"percent": 20},
                              "augmentation": {"samplesPerPrompt": %3$d}},
                     "stages": ["Data", "Feature", "Response", "Evaluation"],
                     "training": {"batchSize": 8, "learningRate": "1e-2", "epochs": 1, "precision": "FP32"},
                     "response": {"unfrozenLayers": 1, "topK": 8},
                     "evaluation": {"suites": ["Perplexity", "Divergence"], "compareWith": ["Start"]}}}
                    """.formatted(folder, residency, samplesPerPrompt);
            StageContext context = new StageContext(
                    Manifest.of(Json.parse(manifest, JsonNode.class)).spec(),
                    new Upstream(input(stage), made),
                    new WorkspaceLayout(folder.resolve(residency)),
                    new ProgressBoard(stage, () -> 0),
                    new StopSignal(),
                    warning -> {});
            Files.createDirectories(context.out());
            return context;
        }

        List<Row> rows() throws IOException {
            List<Row> rows = new ArrayList<>();
            for (String line : Files.readAllLines(made.get(Stage.Data).file(DataFiles.TRAIN))) {
                rows.add(Json.parse(line, Row.class));
            }
            return rows;
        }

        byte[] student(Stage stage) throws IOException {
            return Files.readAllBytes(made.get(stage).file(Models.STUDENT).resolve("model.safetensors"));
        }
    }

    private static InputDigest input(Stage stage) {
        return new InputDigest(stage, new TreeMap<>());
    }

    @Test
    void grades_students_and_scores_are_those_of_a_teacher_in_memory() throws IOException {
        Run resident = new Run("Resident");
        Run streamed = new Run("Streamed");
        StageWork.Made wanted = resident.makeAll();
        assertThat(streamed.makeAll().scores()).isEqualTo(wanted.scores());
        assertThat(wanted.measures()).containsKeys("Divergence.Start", "Divergence.Response");

        assertThat(streamed.context(Stage.Data).partial().resolve("graded-streamed"))
                .isDirectoryContaining("glob:**000000.jsonl");
        List<Row> rows = streamed.rows();
        assertThat(rows).hasSameSizeAs(resident.rows()).hasSizeGreaterThan(40);
        for (int i = 0; i < rows.size(); i++) {
            Row row = resident.rows().get(i);
            assertThat(rows.get(i).id()).isEqualTo(row.id());
            assertThat(rows.get(i).grade()).isEqualTo(row.grade());
            assertThat(Math.log(rows.get(i).perplexity())).isCloseTo(Math.log(row.perplexity()), within(1e-5));
        }
        for (Stage stage : List.of(Stage.Feature, Stage.Response)) {
            assertThat(streamed.student(stage)).isEqualTo(resident.student(stage));
        }
    }

    @Test
    void what_it_takes_is_less_than_the_whole_teacher() throws IOException {
        for (Stage stage : List.of(Stage.Data, Stage.Evaluation)) {
            assertThat(teacher(new Run("Streamed"), stage)).isLessThan(teacher(new Run("Resident"), stage) / 4);
        }
        Run answering = new Run("Streamed");
        answering.samplesPerPrompt = 1;
        assertThat(teacher(answering, Stage.Data)).isEqualTo(teacher(new Run("Resident"), Stage.Data));
    }

    private static long teacher(Run run, Stage stage) throws IOException {
        Forecast forecast = Forecast.of(stage, Shapes.withoutRows(run.context(stage)), true);
        return forecast.estimate().memory().get("teacher");
    }
}
