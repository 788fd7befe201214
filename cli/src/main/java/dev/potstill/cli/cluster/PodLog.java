package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Labels;
import dev.potstill.contract.Problem;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.TailPrettyLoggable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the trainer prints in a pod.
 *
 * @param tail only so many lines of what is there already
 */
record PodLog(Connection connection, Desk desk, Optional<Integer> tail) {
    private static final String RESOURCE = "pods/log";
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private static ContainerResource container(KubernetesClient client, Pod pod) {
        return client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .inContainer(Labels.TRAINER);
    }

    /** For pods of which nothing was there before. */
    PodLog fromTheStart() {
        return new PodLog(connection, desk, Optional.empty());
    }

    /** What was printed up to now. */
    void print(Pod pod) {
        PrintStream out = desk.out().out();
        connection.ask("get", RESOURCE, client -> {
            var container = container(client, pod);
            try (var reader = new BufferedReader(tail.map(container::tailingLines)
                    .map(some -> some.getLogReader())
                    .orElseGet(container::getLogReader))) {
                reader.lines().forEach(out::println);
                return true;
            } catch (IOException e) {
                throw new Problem(ExitCode.CLUSTER_UNAVAILABLE, "the log broke off: " + e.getMessage(), e);
            }
        });
    }

    /** What it prints until it ends, however often the connection breaks. */
    void follow(Pod pod, Patience patience) {
        var lines = new LogLines(desk.out().out()::println);
        boolean goesOn = true;
        while (goesOn && !desk.isLeft()) {
            patience.ask(() -> follow(pod, lines));
            goesOn = patience.ask(() -> isAtWork(pod)).orElse(true);
            if (goesOn) {
                desk.pause().await(GLANCE);
                lines.again();
            }
        }
        lines.close();
    }

    /** Until the connection ends. */
    private boolean follow(Pod pod, LogLines lines) {
        return connection.ask("get", RESOURCE, client -> {
            try (LogWatch watch = begin(container(client, pod), lines)) {
                var closed = watch.onClose().toCompletableFuture();
                while (!closed.isDone() && !desk.isLeft()) {
                    desk.pause().await(MOMENT);
                }
            }
            return true;
        });
    }

    private LogWatch begin(ContainerResource container, LogLines lines) {
        if (!lines.last().isEmpty()) {
            return container.usingTimestamps().sinceTime(lines.last()).watchLog(lines);
        }
        TailPrettyLoggable all = container.usingTimestamps();
        return tail.<LogWatch>map(count -> all.tailingLines(count).watchLog(lines))
                .orElseGet(() -> all.watchLog(lines));
    }

    private boolean isAtWork(Pod pod) {
        @Nullable
        Pod now = connection.ask(
                "get",
                "pods",
                client -> client.pods()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(pod.getMetadata().getName())
                        .get());
        return now != null
                && now.getStatus() != null
                && "Running".equals(now.getStatus().getPhase());
    }
}
