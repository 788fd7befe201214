package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.testing.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs come through a real API server, from a kubelet that is the test's. */
class LogsTest {
    @TempDir
    Path folder;

    @AutoClose
    private Town town;

    @AutoClose
    private Kubelet kubelet;

    @BeforeEach
    void town() throws Exception {
        town = new Town(folder);
        kubelet = new Kubelet(folder);
        town.node(kubelet.port());
        town.apply("r1");
        town.say(Told.running());
    }

    private static List<String> lines(String... texts) {
        return List.of(texts).stream()
                .map(text -> "2026-03-01T12:00:0%d.000000000Z %s"
                        .formatted(List.of(texts).indexOf(text), text))
                .toList();
    }

    @Test
    void the_log_of_the_last_attempt_is_printed() {
        town.pod(town.job(Stage.Data, 0));
        Pod feature = town.pod(town.job(Stage.Feature, 0));
        kubelet.logs.put(feature.getMetadata().getName(), lines("reading signals", "step 1"));

        assertThat(town.potstill("logs", "r1")).isZero();
        assertThat(town.shown()).isEqualTo("reading signals\nstep 1\n");
    }

    @Test
    void that_of_a_stage_is_printed_when_it_is_asked_for() {
        Pod data = town.pod(town.job(Stage.Data, 0));
        town.pod(town.job(Stage.Feature, 0));
        kubelet.logs.put(data.getMetadata().getName(), lines("1200 rows"));

        assertThat(town.potstill("logs", "r1", "--stage", "data", "--tail", "5"))
                .isZero();
        assertThat(town.shown()).isEqualTo("1200 rows\n");
        assertThat(kubelet.asked).singleElement().asString().contains("tailLines=5");
    }

    @Test
    void of_several_that_share_a_stage_the_one_at_work_or_the_one_that_is_asked_for() {
        Job data = town.job(Stage.Data, 0);
        for (int shard = 0; shard < 3; shard++) {
            Pod pod = town.pod(data, shard);
            kubelet.logs.put(pod.getMetadata().getName(), lines("of " + shard));
            town.phase(pod, shard == 1 ? "Running" : "Succeeded");
        }

        assertThat(town.potstill("logs", "r1")).isZero();
        assertThat(town.shown()).isEqualTo("of 1\n");
        assertThat(town.potstill("logs", "r1", "--shard", "2")).isZero();
        assertThat(town.shown()).isEqualTo("of 2\n");
        assertThat(town.potstill("logs", "r1", "--shard", "3")).isEqualTo(64);
        assertThat(town.complained())
                .isEqualTo("potstill: --shard: found 3, expected one that r1-data-0 has a pod of: [0, 1, 2]\n");
        assertThat(town.potstill("logs", "r1", "-f", "--shard", "-1")).isEqualTo(64);
        assertThat(town.complained()).isEqualTo("potstill: --shard: found -1, expected 0 or more\n");
        assertThat(town.potstill("logs", "r1", "--tail", "-1")).isEqualTo(64);
        assertThat(town.complained()).isEqualTo("potstill: --tail: found -1, expected 0 or more\n");
    }

    @Test
    void of_several_that_shared_a_stage_the_one_that_failed() {
        Job data = town.job(Stage.Data, 0);
        for (int shard = 0; shard < 3; shard++) {
            Pod pod = town.pod(data, shard);
            kubelet.logs.put(pod.getMetadata().getName(), lines("of " + shard));
            town.phase(pod, shard == 1 ? "Failed" : "Succeeded");
        }
        town.client.resource(data).editStatus(now -> {
            now.setStatus(new JobStatusBuilder()
                    .withFailed(1)
                    .withStartTime("2026-03-01T12:00:00Z")
                    .addNewCondition()
                    .withType("FailureTarget")
                    .withStatus("True")
                    .endCondition()
                    .addNewCondition()
                    .withType("Failed")
                    .withStatus("True")
                    .endCondition()
                    .build());
            return now;
        });

        assertThat(town.potstill("logs", "r1")).isZero();
        assertThat(town.shown()).isEqualTo("of 1\n");
    }

    @Test
    void a_stage_that_was_not_started_says_so() {
        town.pod(town.job(Stage.Data, 0));

        assertThat(town.potstill("logs", "r1", "--stage", "Feature")).isEqualTo(64);
        assertThat(town.complained())
                .contains("Feature has not been started: r1 is Running")
                .hasLineCount(1);
    }

    @Test
    void of_a_pod_that_is_gone_the_end_is_printed_that_the_status_keeps() {
        town.job(Stage.Data, 0);
        town.say(Told.failed());

        assertThat(town.potstill("logs", "r1")).isZero();
        assertThat(town.shown()).isEqualTo("reading\nerror: spec.data: no rows\n");
        assertThat(town.complained()).contains("the pod of r1-data-0 is gone");
    }

    @Test
    void followed_it_goes_on_over_a_broken_connection_and_from_stage_to_stage() {
        Job data = town.job(Stage.Data, 0);
        Pod first = town.pod(data);
        String one = first.getMetadata().getName();
        kubelet.logs.put(one, lines("a", "b"));
        // The connection breaks while the trainer works on; then it ends, and the next stage begins and ends.
        kubelet.thenDo.add(() -> kubelet.logs.put(one, lines("a", "b", "c")));
        kubelet.thenDo.add(() -> {
            end(data, first);
            Job next = town.job(Stage.Feature, 0);
            Pod second = town.pod(next);
            kubelet.logs.put(second.getMetadata().getName(), lines("d"));
            kubelet.thenDo.add(() -> {
                end(next, second);
                town.say(Told.succeeded());
            });
        });

        assertThat(town.potstill("logs", "r1", "-f", "--tail", "5")).isZero();
        assertThat(town.shown()).isEqualTo("a\nb\nc\nd\n");
        assertThat(kubelet.asked.getFirst()).contains("tailLines=5");
        assertThat(kubelet.asked.getLast()).contains("r1-feature-0").doesNotContain("tailLines");
        assertThat(town.complained())
                .isEqualTo("==> Data, attempt 1\n==> Feature, attempt 1\n==> Succeeded: WordProblems 91.6% · 3m36s\n");
        assertThat(kubelet.asked.get(1)).contains("sinceTime=2026-03-01T12:00:01");
    }

    @Test
    void followed_of_several_that_share_a_stage_it_passes_by_stages_that_have_no_such_one() {
        Job data = town.job(Stage.Data, 0, 2);
        town.pod(data, 0);
        town.say(Told.paused(1));
        // What it waits for is told once it has found no pod 1.
        Town.once(() -> !town.complained().isEmpty(), () -> {
            Pod second = town.pod(data, 1);
            kubelet.logs.put(second.getMetadata().getName(), lines("a"));
            kubelet.thenDo.add(() -> {
                town.phase(second, "Succeeded");
                Job feature = town.job(Stage.Feature, 0);
                town.pod(feature);
                Job evaluation = town.job(Stage.Evaluation, 0, 2);
                Pod last = town.pod(evaluation, 1);
                kubelet.logs.put(last.getMetadata().getName(), lines("b"));
                kubelet.thenDo.add(() -> {
                    town.phase(last, "Succeeded");
                    town.say(Told.succeeded());
                });
            });
        });

        assertThat(town.potstill("logs", "r1", "-f", "--shard", "1")).isZero();
        assertThat(town.shown()).isEqualTo("a\nb\n");
        assertThat(town.complained())
                .contains("==> Data, attempt 1\n==> Feature has no shard 1\n==> Evaluation, attempt 1\n==> Succeeded");
    }

    @Test
    void followed_it_outlives_an_api_server_that_does_not_answer_for_a_while() throws Exception {
        Job data = town.job(Stage.Data, 0);
        Pod pod = town.pod(data);
        String name = pod.getMetadata().getName();
        kubelet.logs.put(name, lines("a", "b"));
        URI server = URI.create(town.client.getConfiguration().getMasterUrl());
        try (Relay relay = new Relay(server.getPort())) {
            town.kubeconfig(ApiServer.get().kubeconfig().replace(":" + server.getPort(), ":" + relay.port()));
            kubelet.thenDo.add(() -> {
                kubelet.logs.put(name, lines("a", "b", "c"));
                kubelet.thenDo.add(() -> {
                    end(data, pod);
                    town.say(Told.succeeded());
                });
                relay.cut();
                // A question is tried a dozen times and then given up: by then some have been.
                Town.once(() -> relay.refused() > 60, relay::restore);
            });

            assertThat(town.potstill("logs", "r1", "-f")).isZero();
        }
        assertThat(town.shown()).isEqualTo("a\nb\nc\n");
        assertThat(town.complained()).isEqualTo("==> Data, attempt 1\n==> Succeeded: WordProblems 91.6% · 3m36s\n");
    }

    private void end(Job job, Pod pod) {
        town.phase(pod, "Succeeded");
        town.client.resource(job).editStatus(now -> {
            now.setStatus(new JobStatusBuilder()
                    .withSucceeded(1)
                    .withStartTime("2026-03-01T12:00:00Z")
                    .withCompletionTime("2026-03-01T12:01:00Z")
                    .addNewCondition()
                    .withType("SuccessCriteriaMet")
                    .withStatus("True")
                    .withLastTransitionTime("2026-03-01T12:01:00Z")
                    .endCondition()
                    .addNewCondition()
                    .withType("Complete")
                    .withStatus("True")
                    .withLastTransitionTime("2026-03-01T12:01:00Z")
                    .endCondition()
                    .withNewUncountedTerminatedPods()
                    .endUncountedTerminatedPods()
                    .build());
            return now;
        });
    }
}
