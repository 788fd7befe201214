package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that start from what is on other volumes: another run's student, or a claim's files. */
class OriginTest {
    private final Town town = new Town();

    @AutoClose
    private final Operating operator = Operating.in(town.namespace);

    @Test
    void a_run_waits_for_the_student_of_another_and_keeps_to_it() {
        town.apply("second", "run://r1", "  stages: [Evaluation]\n");
        says("Waits for the run r1, whose student it starts from: there is none of this name");

        town.apply("  stages: [Data, Feature]\n");
        town.hands.done(town.job("r1-data-0"));
        says("Waits for the run r1, whose student it starts from: Feature is not done");
        town.hands.done(town.job("r1-feature-0"));

        Job job = town.job("second-evaluation-0");
        Town.eventually(() -> assertThat(town.status("second").startedFrom()).isNotNull());
        String model = town.status("second").startedFrom().model();
        assertThat(model).matches("pvc://r1-workspace/stages/Feature-[0-9a-z]+/student");
        assertThat(run(job)).contains("model: \"" + model.replace("pvc://", "file:///claims/"));
        assertThat(claims(job)).containsExactly("second-workspace", "r1-workspace");
        assertThat(mounts(job).getLast()).satisfies(mount -> {
            assertThat(mount.getMountPath()).isEqualTo("/claims/r1-workspace");
            assertThat(mount.getReadOnly()).isTrue();
        });

        town.client.resource(town.run()).delete();
        town.hands.done(job);
        Town.eventually(() -> assertThat(town.status("second").summary()).startsWith("Perplexity"));
        assertThat(town.status("second").startedFrom().model()).isEqualTo(model);
    }

    @Test
    void a_run_that_trains_no_student_is_told_of() {
        town.apply("  stages: [Data]\n");
        town.apply("second", "run://r1", "  stages: [Evaluation]\n");
        says("the run r1 trains no student, for its stages are [Data]");
    }

    @Test
    void runs_that_start_from_one_another_are_told_of() {
        town.apply("third", "run://second", "  stages: [Data, Feature]\n");
        town.apply("second", "run://third", "  stages: [Data, Feature]\n");
        says("in a circle (second from third from second), so that none can; let one of them start from another model");
    }

    @Test
    void a_paused_run_does_not_wait_for_another() {
        town.apply("second", "run://r1", "  stages: [Evaluation]\n  execution: Paused\n");
        Town.eventually(() -> assertThat(town.status("second").summary()).startsWith("Paused"));
    }

    @Test
    void a_claim_is_mounted_for_reading_and_its_path_is_the_trainers() {
        town.apply("r1", "pvc://models/llama/8b", "  stages: [Evaluation]\n  workspace: {claimName: shared}\n");
        Job job = town.job("r1-evaluation-0");
        assertThat(run(job)).contains("model: \"file:///claims/models/llama/8b");
        assertThat(claims(job)).containsExactly("shared", "models");
    }

    @Test
    void questions_and_tokenizers_are_on_claims_as_models_are() {
        town.apply("r1", "pvc://models/llama", """
                  stages: [Evaluation]
                  evaluation: {suites: [GSM8K], data: [{suite: GSM8K, uri: "pvc://exams/gsm8k/test.jsonl"}]}
                """);
        Job job = town.job("r1-evaluation-0");
        assertThat(run(job)).contains("uri: \"file:///claims/exams/gsm8k/test.jsonl");
        assertThat(claims(job)).containsExactly("r1-workspace", "exams", "models");
    }

    @Test
    void an_image_is_mounted_for_reading_and_its_path_is_the_trainers() {
        town.apply("r1", "oci://registry.example.com:5000/models/llama:8b/weights", "  stages: [Evaluation]\n");
        Job job = town.job("r1-evaluation-0");
        Volume image = job.getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getImage() != null)
                .findFirst()
                .orElseThrow();
        assertThat(image.getImage().getReference()).isEqualTo("registry.example.com:5000/models/llama:8b");
        VolumeMount mount = mounts(job).getLast();
        assertThat(mount.getName()).isEqualTo(image.getName());
        assertThat(mount.getReadOnly()).isTrue();
        assertThat(run(job)).contains("model: \"file://" + mount.getMountPath() + "/weights");
    }

    @Test
    void what_is_fetched_is_the_trainers_to_fetch() {
        town.apply("r1", "hf://lab/small@main", "  stages: [Evaluation]\n");
        Job job = town.job("r1-evaluation-0");
        assertThat(run(job)).contains("model: \"hf://lab/small@main\"");
    }

    @Test
    void a_path_on_the_runs_own_volume_needs_no_other_mount() {
        town.apply("r1", "pvc://shared/llama", "  stages: [Evaluation]\n  workspace: {claimName: shared}\n");
        Job job = town.job("r1-evaluation-0");
        assertThat(run(job)).contains("model: \"file:///workspace/llama");
        assertThat(claims(job)).containsExactly("shared");
    }

    private void says(String expected) {
        Town.eventually(() -> assertThat(town.status("second").conditions())
                .filteredOn(condition -> condition.type().equals("Ready"))
                .singleElement()
                .satisfies(ready -> assertThat(ready.message()).contains(expected)));
    }

    /** As its trainer reads it. */
    private String run(Job job) {
        String config = job.getSpec()
                .getTemplate()
                .getSpec()
                .getVolumes()
                .getFirst()
                .getConfigMap()
                .getName();
        return town.client
                .configMaps()
                .inNamespace(town.namespace)
                .withName(config)
                .get()
                .getData()
                .get("run.yaml");
    }

    private static List<String> claims(Job job) {
        return job.getSpec().getTemplate().getSpec().getVolumes().stream()
                .map(Volume::getPersistentVolumeClaim)
                .filter(claim -> claim != null)
                .map(claim -> claim.getClaimName())
                .toList();
    }

    private static List<VolumeMount> mounts(Job job) {
        return job.getSpec().getTemplate().getSpec().getContainers().getFirst().getVolumeMounts();
    }
}
