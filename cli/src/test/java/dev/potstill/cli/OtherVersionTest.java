package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.potstill.api.DistillationRun;
import dev.potstill.contract.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose operator says of a run what this version does not know: here a state of a stage. */
class OtherVersionTest {
    private static final String API = "/apis/potstill.dev/v1alpha1/";

    @TempDir
    Path folder;

    @AutoClose
    private Town town;

    private HttpServer cluster;

    @BeforeEach
    void town() throws Exception {
        town = new Town(folder);
        cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(API + "distillationruns", list());
        answer(API + "namespaces/" + town.namespace + "/distillationruns/strange", run("strange", strange()));
        answer(
                API + "namespaces/" + town.namespace + "/distillationruns/asleep",
                run("asleep", Map.of("execution", "Asleep"), Told.running()));
        cluster.start();
        town.kubeconfig("""
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {}}]
                current-context: c
                """.formatted(cluster.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        if (cluster != null) {
            cluster.stop(0);
        }
    }

    private void answer(String path, Map<String, Object> body) {
        byte[] json = Json.compact(body).getBytes(UTF_8);
        cluster.createContext(path, exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, json.length);
                exchange.getResponseBody().write(json);
            }
        });
    }

    private Map<String, Object> list() {
        return Map.of(
                "apiVersion",
                "potstill.dev/v1alpha1",
                "kind",
                DistillationRun.class.getSimpleName() + "List",
                "metadata",
                Map.of(),
                "items",
                List.of(run("plain", Told.succeeded()), run("strange", strange())));
    }

    private Map<String, Object> run(String name, Object status) {
        return run(name, Map.of(), status);
    }

    private Map<String, Object> run(String name, Map<String, Object> spec, Object status) {
        return Map.of(
                "apiVersion",
                "potstill.dev/v1alpha1",
                "kind",
                DistillationRun.class.getSimpleName(),
                "metadata",
                Map.of(
                        "name",
                        name,
                        "namespace",
                        town.namespace,
                        "uid",
                        name,
                        "generation",
                        1,
                        "creationTimestamp",
                        "2026-03-01T12:00:00Z"),
                "spec",
                spec,
                "status",
                status);
    }

    private static Object strange() {
        var status = Json.mapper().convertValue(Told.running(), JsonNode.class);
        ((ObjectNode) status.path("stages").get(1)).put("state", "Pondering");
        return status;
    }

    @Test
    void it_is_listed_with_a_question_mark_and_the_others_as_ever() {
        assertThat(town.anywhere("list", "-A")).isZero();
        assertThat(town.shown())
                .containsPattern("plain +Succeeded +3/3 +\\S+ +WordProblems 91.6%")
                .containsPattern("strange +\\? +\\? +\\S+ +\\?")
                .hasLineCount(3);
        assertThat(town.complained())
                .startsWith(
                        "warning: the status of strange is not understood: found that of another version of Potstill")
                .contains("Pondering")
                .hasLineCount(1);
    }

    @Test
    void what_this_version_does_not_know_to_be_asked_of_a_run_is_told_as_such() {
        assertThat(town.potstill("pause", "asleep")).isEqualTo(65);
        assertThat(town.complained())
                .startsWith(
                        "potstill: spec.execution of asleep is not understood: found Asleep, expected one of [Running,")
                .hasLineCount(1);
    }

    @Test
    void asked_for_by_its_name_it_is_refused_with_why() {
        assertThat(town.potstill("status", "strange")).isEqualTo(65);
        assertThat(town.complained())
                .startsWith("potstill: the status of strange is not understood")
                .hasLineCount(1);
    }
}
