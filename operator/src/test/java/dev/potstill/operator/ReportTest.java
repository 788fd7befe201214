package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.operator.Acceptance.Accepted;
import dev.potstill.operator.Acceptance.Rejected;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.5Z");
    private static final String RUN = """
            apiVersion: potstill.dev/v1alpha1
            kind: DistillationRun
            metadata: {name: r1, namespace: team, generation: 4, uid: 5f1c, resourceVersion: "12"}
            spec:
              teachers: [{name: big, model: builtin://teacher}]
              student: {model: builtin://start}
              data: {sources: [{uri: builtin://problems}]}
            """;
    private static final KubernetesSerialization API = new KubernetesSerialization();

    @Test
    void a_good_run_is_accepted_and_said_to_go_nowhere() {
        RunResource run = run("");
        assertThat(Acceptance.of(run)).isInstanceOf(Accepted.class);
        DistillationRunStatus status = Report.on(Acceptance.of(run), run, NOON);
        assertThat(status.observedGeneration()).isEqualTo(4);
        assertThat(condition(status, "Accepted").status()).isEqualTo(Status.True);
        assertThat(condition(status, "Stalled").status()).isEqualTo(Status.True);
        assertThat(condition(status, "Ready"))
                .isEqualTo(new Condition(
                        "Ready",
                        Status.False,
                        "NotAvailable",
                        "running stages in a cluster is not available yet; run the manifest with ./potstill run",
                        "2026-03-01T12:00:00Z",
                        4L));
    }

    @Test
    void a_bad_run_is_rejected_by_the_name_of_each_field() {
        RunResource run = run("  gates: [{suite: GSM8K, minScore: 3}]\n  quantization: {bits: 5}\n");
        assertThat(Acceptance.of(run)).isInstanceOf(Rejected.class);
        DistillationRunStatus status = Report.on(Acceptance.of(run), run, NOON);
        assertThat(condition(status, "Accepted").status()).isEqualTo(Status.False);
        assertThat(condition(status, "Accepted").message().lines())
                .containsExactly(
                        "spec.gates: expected gates on suites of spec.evaluation.suites only; add the suite there or"
                                + " remove the gate",
                        "spec.quantization.bits: found the number 5, expected 4 or 8");
        assertThat(condition(status, "Stalled").reason()).isEqualTo("Rejected");
    }

    @Test
    void a_spec_of_another_version_of_the_api_is_rejected_and_breaks_nothing() {
        assertThat(Acceptance.of(run("  stages: Everything\n  mood: good\n")))
                .isEqualTo(new Rejected("spec.stages: found \"Everything\", expected a list of Data, Feature, Response,"
                        + " Reinforcement, Quantization, Evaluation\nspec.mood: found an unknown field, expected"
                        + " one of teachers, routing, student, data, stages, training, feature, response,"
                        + " reinforcement, evaluation, quantization, gates, workspace, checkpoint, scheduling,"
                        + " execution, suspend, ttlSecondsAfterFinished"));
    }

    @Test
    void a_message_is_cut_to_what_the_api_takes() {
        RunResource run = run("");
        DistillationRunStatus status = Report.on(new Rejected("x".repeat(40_000)), run, NOON);
        assertThat(condition(status, "Accepted").message()).hasSize(32_768).endsWith("x…");
    }

    @Test
    void a_condition_keeps_its_time_until_its_status_changes() {
        RunResource run = run("");
        run.setStatus(Report.on(new Rejected("why"), run, NOON));
        DistillationRunStatus later = Report.on(Acceptance.of(run), run, NOON.plusSeconds(60));
        assertThat(condition(later, "Accepted").lastTransitionTime()).isEqualTo("2026-03-01T12:01:00Z");
        assertThat(condition(later, "Ready").lastTransitionTime()).isEqualTo("2026-03-01T12:00:00Z");
    }

    @Test
    void nothing_new_makes_an_equal_status() {
        RunResource run = run("");
        run.setStatus(Report.on(Acceptance.of(run), run, NOON));
        assertThat(Report.on(Acceptance.of(run), run, NOON.plusSeconds(60))).isEqualTo(run.getStatus());
    }

    @Test
    void a_status_survives_the_way_to_the_api_server_and_back() {
        RunResource run = run("");
        run.setStatus(Report.on(Acceptance.of(run), run, NOON));
        RunResource back = API.unmarshal(API.asJson(run), RunResource.class);
        assertThat(back.getStatus()).isEqualTo(run.getStatus());
        assertThat(API.asJson(new RunResource())).doesNotContain("spec", "status");
    }

    /** The API server applies defaults before anyone sees a run; here the reader of manifests does. */
    private static RunResource run(String more) {
        return API.unmarshal(RUN + more, RunResource.class);
    }

    private static Condition condition(DistillationRunStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
