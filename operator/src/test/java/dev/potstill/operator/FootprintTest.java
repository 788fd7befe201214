package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.potstill.api.Condition.Status;
import dev.potstill.operator.Writes.Request;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the operator asks of the API server: no more than it needs, and no more than it may. */
class FootprintTest {
    private static final Pattern PATH = Pattern.compile(
            "/(?:api|apis/(?<group>[^/]+))/v1(?:alpha1)?(?:/namespaces/[^/]+)?/(?<resource>[a-z]+)(?:/(?<name>[^/]+))?(?:/(?<sub>[a-z]+))?");

    private Town town;
    private Operating operator;

    @BeforeEach
    void start() {
        town = new Town();
        operator = Operating.in(town.namespace);
    }

    @AfterEach
    void stop() {
        if (operator != null) {
            operator.close();
        }
    }

    @Test
    void a_run_at_work_of_which_nothing_is_new_is_looked_at_and_not_written() {
        town.apply("  stages: [Data]\n");
        town.hands.run(town.job("r1-data-0"));
        town.becomes("Reconciling", condition -> condition.reason().equals("Data"));
        pass(1);
        int before = operator.writes.written().size();
        // Each touch has it look again.
        for (int i = 0; i < 5; i++) {
            String touch = "touch-" + i;
            town.client.resource(town.run()).edit(run -> {
                run.getMetadata().setAnnotations(Map.of("touch", touch));
                return run;
            });
        }
        // Longer than its patience with a stage at work.
        pass(12);
        assertThat(operator.writes.written().stream().skip(before)).isEmpty();
    }

    @Test
    void the_chart_allows_what_the_operator_does_and_nothing_else() throws IOException {
        town.apply("  stages: [Data, Evaluation]\n  ttlSecondsAfterFinished: 3\n");
        town.hands.exit(town.job("r1-data-0"), 137, "Error", "");
        town.hands.run(town.job("r1-data-1"));
        town.becomes("Reconciling", condition -> condition.reason().equals("Data"));
        town.apply("  stages: [Evaluation]\n  ttlSecondsAfterFinished: 3\n");
        Town.eventually(() -> assertThat(operator.writes.written())
                .anyMatch(write -> write.method().equals("DELETE")));
        town.hands.fail(town.job("r1-data-1"), "BackoffLimitExceeded", "");
        var evaluation = town.job("r1-evaluation-0");
        town.apply("  stages: [Evaluation]\n  ttlSecondsAfterFinished: 3\n  execution: Cancelled\n");
        Town.eventually(() -> assertThat(
                        town.client.resource(evaluation).get().getMetadata().getDeletionTimestamp())
                .isNotNull());
        town.hands.collect(evaluation);
        town.becomes("Succeeded", condition -> condition.status() == Status.False);
        Town.eventually(() -> assertThat(town.run()).isNull());
        assertThat(used()).isEqualTo(allowed());
    }

    private static void pass(int seconds) {
        await().pollDelay(Duration.ofSeconds(seconds))
                .atMost(Duration.ofSeconds(seconds + 5))
                .until(() -> true);
    }

    /** Group, resource and verb of each request. */
    private SortedSet<String> used() {
        var used = new TreeSet<String>();
        operator.writes.requests().forEach(request -> verbs(request).forEach(used::add));
        // Seen at the start of the packaged operator, which looks whether its resource is installed.
        used.add("apiextensions.k8s.io/customresourcedefinitions get");
        return used;
    }

    private static Stream<String> verbs(Request request) {
        var path = PATH.matcher(request.uri().getPath());
        if (!path.matches()) {
            return Stream.empty(); // discovery, which everyone may read
        }
        String group = path.group("group") == null ? "" : path.group("group");
        String what = group + "/" + path.group("resource") + (path.group("sub") == null ? "" : "/" + path.group("sub"));
        String query = String.valueOf(request.uri().getQuery());
        return switch (request.method()) {
            case "POST" -> Stream.of(what + " create");
            case "DELETE" -> Stream.of(what + " delete");
            // An apply of what is not there is a create, too; a status is never created.
            case "PATCH" ->
                path.group("sub") == null ? Stream.of(what + " patch", what + " create") : Stream.of(what + " patch");
            default ->
                Stream.of(what
                        + (query.contains("watch=true")
                                ? " watch"
                                : path.group("name") == null || query.contains("fieldSelector") ? " list" : " get"));
        };
    }

    /** Of the cluster role; the lease's role is used by the packaged operator alone. */
    @SuppressWarnings("unchecked")
    private static SortedSet<String> allowed() throws IOException {
        String role = Files.readString(Path.of("../charts/potstill/templates/rbac.yaml"))
                .split("\n---\n")[0]
                .replaceAll("\\{\\{.*}}", "x");
        Map<String, Object> parsed = new KubernetesSerialization().unmarshal(role, Map.class);
        var allowed = new TreeSet<String>();
        for (var rule : (List<Map<String, List<String>>>) parsed.get("rules")) {
            for (String resource : rule.get("resources")) {
                for (String verb : rule.get("verbs")) {
                    allowed.add(rule.get("apiGroups").getFirst() + "/" + resource + " " + verb);
                }
            }
        }
        return allowed;
    }
}
