package dev.potstill.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A run that has too little memory or time says so, and goes on when it is given more. */
@OnACluster
class LimitsTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("limits");

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static Cluster.Run data(String name, String limit) throws IOException {
        return CLUSTER.apply(
                Project.here().smallRun(),
                "name: small",
                "name: " + name,
                "stages: [Data, Feature, Response, Reinforcement, Quantization, Evaluation]",
                "stages: [Data]\n  " + limit);
    }

    /** The trainer's libraries alone take more. */
    @Test
    void aStageThatTakesMoreMemoryThanItMaySaysWhatToDo() throws IOException {
        Cluster.Run run = data("little-memory", "scheduling: {resources: {memory: 100Mi}}");
        JsonNode failure = run.await(
                        PATIENCE, now -> now.at("/stages/0/lastFailure").isObject())
                .at("/stages/0/lastFailure");
        assertThat(failure.path("reason").asText()).isEqualTo("OOMKilled");
        assertThat(failure.path("exitCode").asInt()).isEqualTo(137);
        assertThat(failure.path("message").asText())
                .contains("limit of 100Mi", "raise spec.scheduling.resources.memory", "spec.training.batchSize");
        run.change("{\"scheduling\":{\"resources\":{\"memory\":\"4Gi\"}}}");
        assertThat(run.succeeds(PATIENCE).at("/stages/0/attempts/failed").asInt())
                .isPositive();
    }

    @Test
    void aStageThatTakesLongerThanItMaySaysSoAndGoesOnWhenItMayTakeLonger() throws IOException {
        Cluster.Run run = data("little-time", "activeDeadlineSeconds: 4");
        JsonNode failed = run.await(PATIENCE, now -> Cluster.Run.is(now, "Stalled", "True"));
        assertThat(failed.at("/stages/0/lastFailure/reason").asText()).isEqualTo("DeadlineExceeded");
        assertThat(failed.at("/stages/0/lastFailure/message").asText()).contains("spec.activeDeadlineSeconds, 4");
        run.change("{\"activeDeadlineSeconds\":600}");
        run.succeeds(PATIENCE);
    }
}
