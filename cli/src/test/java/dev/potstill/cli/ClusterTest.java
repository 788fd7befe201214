package dev.potstill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Json;
import dev.potstill.testing.ApiServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of runs of a real API server. */
class ClusterTest {
    private static final String IMPERSONATE = "kubernetes.impersonate.username";

    @TempDir
    Path folder;

    @AutoClose
    private Town town;

    @BeforeEach
    void town() {
        town = new Town(folder);
    }

    @AfterEach
    void nobodyElse() {
        System.clearProperty(IMPERSONATE);
    }

    @Test
    void runs_are_listed_with_where_they_stand() {
        town.apply("r1");
        town.say(Told.running());
        town.apply("r2");

        assertThat(town.potstill("list")).isZero();
        assertThat(town.shown().lines()).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(0)).matches("Name +State +Stages +Age +Summary");
            assertThat(lines.get(1)).matches("r1 +Running +1/3 +\\d+s +Feature 43% · 1.900 loss · ETA 2h10m");
            assertThat(lines.get(2)).matches("r2 +New +0/0 +\\d+s +nothing has been said of it yet.*");
        });
    }

    @Test
    void on_a_terminal_no_line_of_the_list_is_wider_than_it() {
        town.apply("r1");
        town.say(Told.failed());
        town.columns = Optional.of(40);

        town.potstill("list");

        assertThat(town.shown().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(40));
    }

    @Test
    void runs_of_all_namespaces_are_listed_with_theirs() throws Exception {
        town.apply("r1");

        assertThat(town.anywhere("list", "-A")).isZero();
        assertThat(town.shown()).contains("Namespace").containsPattern(town.namespace + " +r1 +New");
        town.anywhere("list", "-A", "--json");
        JsonNode runs = Json.parse(town.shown(), JsonNode.class);
        assertThat(runs.findValuesAsText("namespace")).contains(town.namespace);
    }

    @Test
    void a_namespace_without_runs_says_so_beside_standard_output() {
        assertThat(town.potstill("list")).isZero();
        assertThat(town.shown()).isEmpty();
        assertThat(town.complained()).isEqualTo("no runs in namespace %s\n".formatted(town.namespace));
    }

    @Test
    void without_a_terminal_a_status_is_shown_once_with_stages_attempts_and_the_last_failure() {
        town.apply("r1");
        town.say(Told.running());

        assertThat(town.potstill("status", "r1")).isZero();
        assertThat(town.shown())
                .startsWith("r1 in %s: Running\n  Feature 43%% · 1.900 loss · ETA 2h10m\n".formatted(town.namespace))
                .containsPattern("Data +Succeeded +1m12s")
                .containsPattern("Feature +Running +1 failed, 2 stopped")
                .contains(
                        "Feature failed before (OOMKilled, exit code 137):\n  The trainer used more than its limit of 2Gi: raise");
    }

    @Test
    void on_a_terminal_a_status_is_live_until_the_run_settles() throws Exception {
        town.apply("r1");
        town.say(Told.running());
        town.columns = Optional.of(100);
        var later = Town.once(() -> town.shown().contains("ETA 2h10m"), () -> town.say(Told.succeeded()));

        assertThat(town.potstill("status", "r1")).isZero();
        assertThat(later.join(Duration.ofSeconds(30))).isTrue();
        assertThat(town.shown().replaceAll("\r\u001b\\[K", "\n"))
                .containsPattern("✔ Data +1m12s")
                .containsPattern("  Feature +43% · 1.900 loss · ETA 2h10m")
                .containsPattern("✔ Feature +1m12s")
                .contains("Succeeded: WordProblems 91.6% · 3m36s")
                .containsPattern("Teacher +99.8");
    }

    @Test
    void who_leaves_a_live_status_leaves_the_run_alone() {
        town.apply("r1");
        town.say(Told.running());
        town.columns = Optional.of(100);
        town.bell.stop();

        assertThat(town.potstill("status", "r1")).isZero();
        assertThat(town.execution()).isEqualTo("Running");
        assertThat(town.shown()).doesNotContain("Succeeded:");
    }

    @Test
    void a_failed_run_shows_why_and_the_end_of_its_log() {
        town.apply("r1");
        town.say(Told.failed());

        town.potstill("status", "r1");

        assertThat(town.shown())
                .startsWith("r1 in %s: Failed\n".formatted(town.namespace))
                .contains("Data failed (Rejected, exit code 65):\n  spec.data: no rows\n  | reading\n  | error:");
    }

    @Test
    void a_status_as_json_is_the_status_alone() throws Exception {
        town.apply("r1");
        town.say(Told.succeeded());

        town.potstill("status", "r1", "--json");

        assertThat(Json.parse(town.shown(), JsonNode.class).path("scores")).hasSize(3);
    }

    @Test
    void scores_are_a_table_with_times() {
        town.apply("r1");
        town.say(Told.succeeded());

        assertThat(town.potstill("scores", "r1")).isZero();
        assertThat(town.shown())
                .containsPattern("Start +1.2")
                .containsPattern("Feature +1m12s +91.6 ✔")
                .contains("Time    Data 1m12s · Feature 1m12s · Evaluation 1m12s · all 3m36s");
    }

    @Test
    void without_scores_it_says_where_the_run_is() {
        town.apply("r1");
        town.say(Told.running());

        assertThat(town.potstill("scores", "r1")).isEqualTo(65);
        assertThat(town.complained())
                .contains("r1 has no scores: it is Running (Feature 43%")
                .hasLineCount(1);
    }

    @Test
    void a_run_that_is_not_there_is_named_with_the_nearest_that_is() {
        town.apply("word-problems");

        assertThat(town.potstill("status", "wordproblems")).isEqualTo(64);
        assertThat(town.complained())
                .isEqualTo("potstill: there is no run wordproblems in namespace %s: did you mean word-problems?\n"
                        .formatted(town.namespace));
    }

    @Test
    void what_is_forbidden_is_named_with_verb_and_resource() {
        town.apply("r1");
        System.setProperty(IMPERSONATE, "jane");

        assertThat(town.potstill("pause", "r1")).isEqualTo(77);
        assertThat(town.complained())
                .startsWith("potstill: jane may not get distillationruns.potstill.dev in namespace " + town.namespace)
                .hasLineCount(1);
    }

    @Test
    void a_cluster_that_does_not_answer_is_told_in_a_line_and_soon() {
        town.kubeconfig(ApiServer.get().kubeconfig().replaceAll("https://127.0.0.1:\\d+", "https://127.0.0.1:1"));

        long before = System.nanoTime();
        assertThat(town.anywhere("list")).isEqualTo(69);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(town.complained())
                .startsWith("potstill: no cluster answers at https://127.0.0.1:1")
                .contains("refuses the connection")
                .hasLineCount(1);
    }

    @Test
    void without_a_kubeconfig_it_says_where_it_looked() throws Exception {
        town.kubeconfig("");
        Files.delete(folder.resolve("kubeconfig"));

        assertThat(town.anywhere("list")).isEqualTo(69);
        assertThat(town.complained())
                .contains("no cluster is named", "KUBECONFIG")
                .hasLineCount(1);
    }

    @Test
    void a_kubeconfig_that_is_none_is_told_in_a_line() {
        town.kubeconfig("a: [b");

        assertThat(town.anywhere("list")).isEqualTo(64);
        assertThat(town.complained())
                .startsWith("potstill: the kubeconfig cannot be read: ")
                .hasLineCount(1);
    }

    @Test
    void a_context_that_is_not_there_is_told_with_those_that_are() {
        assertThat(town.anywhere("list", "--context", "nowhere")).isEqualTo(64);
        assertThat(town.complained())
                .contains("--context: found nowhere, expected one of")
                .hasLineCount(1);
    }
}
