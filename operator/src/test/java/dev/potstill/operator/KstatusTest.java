package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Condition;
import dev.potstill.api.Condition.Status;
import dev.potstill.operator.run.RunResource;
import dev.potstill.testing.ApiServer;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run as tools that know nothing of it read it: by the rules of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus), and by {@code kubectl
 * wait}.
 */
class KstatusTest {
    private static final String STAGES = "  stages: [Data]\n";

    private enum Kstatus {
        InProgress,
        Failed,
        Current
    }

    private Town town;
    private Operating operator;
    private Watch watch;
    private final List<RunResource> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        town = new Town();
        watch = town.client
                .resources(RunResource.class)
                .inNamespace(town.namespace)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, RunResource run) {
                        if (action != Action.DELETED && run.getStatus() != null) {
                            seen.add(run);
                        }
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                });
        operator = Operating.in(town.namespace);
    }

    @AfterEach
    void stop() {
        if (operator != null) {
            watch.close();
            operator.close();
        }
    }

    @Test
    void a_run_is_in_progress_from_the_first_write_until_it_is_done_and_never_anything_else() {
        town.apply(STAGES);
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        Town.eventually(() -> assertThat(kstatus(seen.getLast())).isEqualTo(Kstatus.Current));
        assertThat(seen).hasSizeGreaterThan(1).allSatisfy(run -> {
            boolean done = is(run, "Succeeded", Status.True);
            assertThat(kstatus(run)).isEqualTo(done ? Kstatus.Current : Kstatus.InProgress);
            assertThat(run.getStatus().conditions())
                    .extracting(Condition::type)
                    .contains("Ready", "Reconciling", "Stalled", "Succeeded", "Accepted");
            assertThat(run.getStatus().conditions())
                    .extracting(Condition::observedGeneration)
                    .containsOnly(run.getStatus().observedGeneration());
        });
    }

    @Test
    void a_run_that_is_done_and_edited_is_in_progress_again_at_once() {
        town.apply(STAGES);
        town.hands.done(town.job("r1-data-0"));
        town.becomes("Succeeded", condition -> condition.status() == Status.True);
        town.apply(STAGES + "  training: {seed: 7}\n");
        assertThat(kstatus(town.run())).isEqualTo(Kstatus.InProgress);
        town.hands.done(town.job("r1-data-1"));
        Town.eventually(() -> assertThat(kstatus(town.run())).isEqualTo(Kstatus.Current));
    }

    @Test
    void what_failed_for_good_is_failed_and_what_stands_still_is_not_done() {
        town.apply(STAGES + "  quantization: {bits: 8}\n");
        Town.eventually(() -> assertThat(kstatus(town.run())).isEqualTo(Kstatus.Failed));
        town.apply(STAGES + "  execution: Paused\n");
        town.becomes("Succeeded", condition -> condition.reason().equals("Paused"));
        assertThat(kstatus(town.run())).isEqualTo(Kstatus.InProgress);
        town.apply(STAGES);
        town.hands.exit(town.job("r1-data-0"), 65, "Error", "{}");
        Town.eventually(() -> assertThat(kstatus(town.run())).isEqualTo(Kstatus.Failed));
    }

    @Test
    void kubectl_waits_until_a_run_has_succeeded(@TempDir Path folder) throws Exception {
        town.apply(STAGES);
        var data = town.job("r1-data-0");
        var wait = kubectl(folder, "wait", "--for=condition=Succeeded", "drun/r1", "--timeout=60s");
        assertThat(wait.waitFor(2, TimeUnit.SECONDS)).isFalse();
        town.hands.done(data);
        assertThat(wait.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(wait.exitValue()).isZero();
        assertThat(town.condition("Succeeded").status()).isEqualTo(Status.True);
        // Of a run that is to do more, what it said of what it did does not count.
        town.apply(STAGES + "  training: {seed: 7}\n");
        assertThat(kubectl(folder, "wait", "--for=condition=Succeeded", "drun/r1", "--timeout=2s")
                        .waitFor())
                .isNotZero();
    }

    private Process kubectl(Path folder, String... arguments) throws IOException {
        Path config =
                Files.writeString(folder.resolve("kubeconfig"), ApiServer.get().kubeconfig());
        var command = new java.util.ArrayList<>(
                List.of(ApiServer.kubectl().toString(), "--kubeconfig", config.toString(), "-n", town.namespace));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
    }

    /** The rules for kinds that kstatus does not know, in their order. */
    private static Kstatus kstatus(RunResource run) {
        Long observed = run.getStatus() == null ? null : run.getStatus().observedGeneration();
        if (observed != null && !observed.equals(run.getMetadata().getGeneration())) {
            return Kstatus.InProgress;
        }
        if (is(run, "Reconciling", Status.True)) {
            return Kstatus.InProgress;
        }
        if (is(run, "Stalled", Status.True)) {
            return Kstatus.Failed;
        }
        return is(run, "Ready", Status.False) || is(run, "Ready", Status.Unknown)
                ? Kstatus.InProgress
                : Kstatus.Current;
    }

    private static boolean is(RunResource run, String type, Status status) {
        return run.getStatus() != null
                && run.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.type().equals(type) && condition.status() == status);
    }
}
