package dev.potstill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.StageOutput;
import dev.potstill.contract.TerminationMessage;
import dev.potstill.contract.TerminationMessage.Finished;
import dev.potstill.contract.TerminationMessage.Shared;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.TrainerProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainers that share a stage, as processes at work at the same time. */
class ShardsTest {
    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void setUp() throws Exception {
        TinyLlama.SMALL.save(folder.resolve("teacher"), 1);
        TinyLlama.SMALL.save(folder.resolve("start"), 2);
        run = Files.writeString(folder.resolve("run.yaml"), """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: shared}
                spec:
                  teachers: [{name: big, model: teacher}]
                  student: {model: start}
                  data: {sources: [{uri: chats.jsonl}], filter: {reasoning: Any}, heldOut: {percent: 30}}
                  stages: [Data, Evaluation]
                  training: {precision: FP32}
                  evaluation: {suites: [WordProblems, Perplexity], maxSamples: 8}
                """);
        var chats = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            chats.add("{\"question\": \"Tom has %d apples.\", \"answer\": \"%d+1=%d; = 5\"}".formatted(i, i, i + 1));
        }
        Files.write(folder.resolve("chats.jsonl"), chats);
    }

    @Test
    void three_at_once_make_what_one_alone_makes_and_the_last_of_them_tells() throws Exception {
        done("alone", "Data", "0/1");
        done("alone", "Evaluation", "0/1");
        done("together", "Data", "0/1");
        var trainers = List.of(
                start("together", "Evaluation", "0/3"),
                start("together", "Evaluation", "1/3"),
                start("together", "Evaluation", "2/3"));
        for (TrainerProcess trainer : trainers) {
            assertThat(trainer.end()).isEqualTo(new Ended(0, ""));
        }

        assertThat(evaluation("together").outputDigest())
                .isEqualTo(evaluation("alone").outputDigest());
        var said = new ArrayList<TerminationMessage>();
        for (String shard : List.of("0/3", "1/3", "2/3")) {
            said.add(TerminationMessage.parse(Files.readString(lastWord("together", "Evaluation", shard)))
                    .orElseThrow());
        }
        assertThat(said)
                .hasAtLeastOneElementOfType(Finished.class)
                .allMatch(word -> word instanceof Finished(var report, var _)
                        ? report.scores().equals(evaluation("alone").report().scores())
                        : word instanceof Shared);
    }

    @Test
    void a_share_that_is_none_is_refused() throws Exception {
        assertThat(start("w", "Evaluation", "3/3").end())
                .isEqualTo(new Ended(64, "error: --shard: found 3/3, expected a share from 0/3 to 2/3\n"));
        assertThat(start("w", "Data", "0/2").end())
                .isEqualTo(new Ended(
                        64, "error: --shard: found 0/2, expected 0/1, for this stage is the work of one trainer\n"));
    }

    private void done(String workspace, String stage, String shard) throws Exception {
        assertThat(start(workspace, stage, shard).end()).isEqualTo(new Ended(0, ""));
    }

    private TrainerProcess start(String workspace, String stage, String shard) throws IOException {
        return TrainerProcess.start(
                folder,
                List.of(
                        stage,
                        "--run",
                        run.toString(),
                        "--workspace",
                        folder.resolve(workspace).toString(),
                        "--shard",
                        shard,
                        "--port",
                        "0",
                        "--termination-log",
                        lastWord(workspace, stage, shard).toString()));
    }

    private Path lastWord(String workspace, String stage, String shard) {
        return folder.resolve("%s-%s-%s".formatted(workspace, stage, shard.replace('/', '-')));
    }

    private StageOutput evaluation(String workspace) {
        List<StageOutput> all = StageOutput.all(new WorkspaceLayout(folder.resolve(workspace)), Stage.Evaluation);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
