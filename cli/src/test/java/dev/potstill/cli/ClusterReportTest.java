package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import dev.potstill.contract.ReportExport;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run whose workspace only a pod can read. */
class ClusterReportTest {
    private static final String EXPORT = new ReportExport(
                    "e".repeat(64),
                    "25.0.3",
                    Stream.of(Stage.Data, Stage.Feature, Stage.Evaluation)
                            .map(Told::report)
                            .toList())
            .line();

    @TempDir
    Path folder;

    @AutoClose
    private Town town;

    @AutoClose
    private Kubelet kubelet;

    private final List<Pod> readers = new CopyOnWriteArrayList<>();

    @BeforeEach
    void town() throws Exception {
        town = new Town(folder);
        kubelet = new Kubelet(folder);
        town.node(kubelet.port());
        town.apply("r1");
        town.say(Told.succeeded());
    }

    /** Runs each pod that reads a workspace on the one node; it prints this and ends so. */
    private void readersPrint(String log, String phase) {
        town.client
                .pods()
                .inNamespace(town.namespace)
                .withLabel("potstill.dev/reads", "r1")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Pod pod) {
                        if (action == Action.ADDED) {
                            readers.add(pod);
                            kubelet.logs.put(
                                    pod.getMetadata().getName(),
                                    List.of("2026-03-01T12:00:00Z a warning", "2026-03-01T12:00:00Z " + log));
                            town.bind(pod);
                            town.phase(pod, phase);
                        }
                    }

                    @Override
                    public void onClose(WatcherException e) {}
                });
    }

    private List<Pod> pods() {
        return town.client
                .pods()
                .inNamespace(town.namespace)
                .withLabel("potstill.dev/reads")
                .list()
                .getItems();
    }

    @Test
    void the_page_is_made_of_what_the_reading_pod_prints_and_the_pod_is_deleted() throws Exception {
        town.job(Stage.Data, 0);
        readersPrint(EXPORT, "Succeeded");

        assertThat(town.potstill("report", "r1", "-o", "page.html"))
                .as(town.complained())
                .isZero();
        Path page = folder.resolve("page.html");
        assertThat(town.shown()).isEqualTo(page + "\n");
        assertThat(Files.readString(page))
                .contains("<h1>r1</h1>", "Succeeded", "91.6", "Feature: loss", "eeeeeeeeeeee", "Java 25.0.3", "team: ")
                .doesNotContain("last-applied-configuration");
        assertThat(pods()).isEmpty();
    }

    @Test
    void the_reading_pod_is_admitted_as_restricted_and_gets_nothing_but_the_workspace_to_read() {
        town.job(Stage.Data, 0);
        readersPrint(EXPORT, "Succeeded");

        town.potstill("report", "r1");

        assertThat(readers).singleElement().satisfies(pod -> {
            var spec = pod.getSpec();
            var container = spec.getContainers().getFirst();
            assertThat(container.getImage()).isEqualTo("potstill-trainer:test");
            assertThat(container.getArgs())
                    .startsWith("export", "--workspace", "/workspace")
                    .endsWith(Told.outputs(Told.succeeded()).toArray(String[]::new));
            assertThat(container.getEnvFrom()).isEmpty();
            assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
            assertThat(container.getVolumeMounts())
                    .singleElement()
                    .satisfies(mount -> assertThat(mount.getReadOnly()).isTrue());
            assertThat(spec.getAutomountServiceAccountToken()).isFalse();
            assertThat(spec.getActiveDeadlineSeconds()).isPositive();
            assertThat(spec.getNodeSelector()).containsEntry("disk", "fast");
            assertThat(spec.getTolerations()).anyMatch(toleration -> "gpu".equals(toleration.getKey()));
            assertThat(spec.getAffinity()).isNull();
            assertThat(pod.getMetadata().getLabels()).doesNotContainKey("potstill.dev/run");
            assertThat(pod.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(owner -> assertThat(owner.getKind()).isEqualTo("DistillationRun"));
        });
    }

    @Test
    void while_a_stage_holds_the_volume_the_reading_pod_goes_to_its_node() {
        town.pod(town.job(Stage.Evaluation, 0));
        readersPrint(EXPORT, "Succeeded");

        assertThat(town.potstill("report", "r1")).as(town.complained()).isZero();
        assertThat(readers)
                .singleElement()
                .satisfies(pod -> assertThat(pod.getSpec()
                                .getAffinity()
                                .getNodeAffinity()
                                .getRequiredDuringSchedulingIgnoredDuringExecution()
                                .getNodeSelectorTerms()
                                .getFirst()
                                .getMatchFields()
                                .getFirst()
                                .getValues())
                        .containsExactly(Town.NODE));
    }

    @Test
    void a_pod_that_fails_is_told_of_and_deleted_too() {
        town.job(Stage.Data, 0);
        readersPrint("error: /workspace/stages/Data/report.json: gone", "Failed");

        assertThat(town.potstill("report", "r1")).isEqualTo(70);
        assertThat(town.complained())
                .isEqualTo(
                        "potstill: the workspace could not be read: error: /workspace/stages/Data/report.json: gone\n");
        assertThat(pods()).isEmpty();
        assertThat(folder.resolve("r1.html")).doesNotExist();
    }

    @Test
    void who_stops_waiting_leaves_no_pod_behind() {
        town.job(Stage.Data, 0);
        town.bell.stop();

        assertThat(town.potstill("report", "r1")).isEqualTo(75);
        assertThat(pods()).isEmpty();
    }

    @Test
    void a_run_of_which_nothing_is_done_has_no_report() {
        town.say(Told.failed());

        assertThat(town.potstill("report", "r1")).isEqualTo(65);
        assertThat(town.complained()).contains("No stage of r1 is done").hasLineCount(1);
    }

    @Test
    void a_file_of_that_name_is_a_manifest_and_what_can_be_no_name_is_one_too() throws Exception {
        Files.writeString(folder.resolve("r1"), "kind: nothing\n");

        assertThat(town.anywhere("report", "r1")).isEqualTo(64);
        assertThat(town.anywhere("report", "r1.yaml")).isEqualTo(64);
        assertThat(town.complained()).contains("r1.yaml").doesNotContain("namespace");
        assertThat(town.potstill("report", "r1", "--set", "a=b")).isEqualTo(64);
        assertThat(town.complained()).contains("found --workspace or --set beside --namespace");
    }
}
