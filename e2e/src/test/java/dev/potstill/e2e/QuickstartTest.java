package dev.potstill.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The README's first example in a cluster: the same file, real pods of the trainer, the same student. */
@OnACluster
class QuickstartTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("quickstart");

    private static final Project PROJECT = Project.here();

    /** Five minutes on two free cores. */
    private static final Duration PATIENCE = Duration.ofMinutes(25);

    private static JsonNode status;

    @BeforeAll
    static void distil() throws IOException {
        Cluster.Run run = CLUSTER.apply(PROJECT.example("quickstart"));
        status = run.await(
                PATIENCE,
                now -> !Cluster.Run.is(now, "Succeeded", "Unknown")
                        && Cluster.Run.condition(now, "Succeeded").isObject());
    }

    @Test
    void theManifestAsItIsSucceedsAndPassesItsGate() {
        assertThat(Cluster.Run.is(status, "Succeeded", "True"))
                .as(status.toPrettyString())
                .isTrue();
        assertThat(Cluster.Run.is(status, "Ready", "True")).isTrue();
        assertThat(Cluster.Run.is(status, "GatesPassed", "True")).isTrue();
    }

    @Test
    void everyStageWasDoneAtTheFirstAttempt() {
        assertThat(status.path("stages")).hasSize(6).allSatisfy(stage -> {
            assertThat(stage.path("state").asText()).isEqualTo("Succeeded");
            assertThat(stage.path("attempts").path("failed").asInt()).isZero();
        });
    }

    @Test
    void theScoresAreThoseOfTheSameFileWithoutACluster() throws IOException, InterruptedException {
        Map<String, Double> here = scores(PROJECT.localStatus("quickstart"));
        Map<String, Double> there = scores(status);
        assertThat(there.keySet()).isEqualTo(here.keySet()).hasSizeGreaterThanOrEqualTo(5);
        there.forEach((what, score) -> assertThat(score).as(what).isCloseTo(here.get(what), within(1.0)));
    }

    private static CommandLine.Ended potstill(String script, String... arguments) throws Exception {
        CommandLine.Ended ended = new CommandLine(PROJECT.root().resolve(script), CLUSTER.namespace()).run(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended;
    }

    @Test
    void theCommandLineTellsOfTheRun() throws Exception {
        assertThat(potstill("potstill", "list").out()).containsPattern("quickstart +Succeeded +6/6 ");
        assertThat(potstill("kubectl-potstill", "status", "quickstart").out())
                .startsWith("quickstart in " + CLUSTER.namespace() + ": Succeeded")
                .containsPattern("Reinforcement +Succeeded");
        String scores = potstill("potstill", "scores", "quickstart").out();
        assertThat(scores).contains("Time    Data ", " ✔");
        status.path("scores")
                .forEach(
                        score -> assertThat(scores).contains(score.path("value").asText()));
        assertThat(potstill("potstill", "logs", "quickstart", "--stage", "Data").exitCode())
                .isZero();
        assertThat(potstill("potstill", "pause", "quickstart").out()).contains("it has succeeded");
    }

    @Test
    void theReportIsReadFromTheRunsVolumeByAPodThatIsGoneAfterwards() throws Exception {
        Path page = Path.of(potstill("potstill", "report", "quickstart").out().strip());
        assertThat(Files.readString(page))
                .contains("<h1>quickstart</h1>", "All gates passed", "Feature: loss", "<svg")
                .contains(status.path("stages")
                        .path(0)
                        .path("output")
                        .path("digest")
                        .asText());
        CLUSTER.awaitNoReaders();
    }

    private static Map<String, Double> scores(JsonNode status) {
        var scores = new TreeMap<String, Double>();
        for (JsonNode score : status.path("scores")) {
            scores.put(
                    score.path("suite").asText() + " of " + score.path("model").asText(),
                    score.path("value").asDouble());
        }
        return scores;
    }
}
