package dev.potstill.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.potstill.testing.ApiServer;
import dev.potstill.testing.Audit;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The operator as it is packed, in a process of its own, started as its image starts it and with the rights that the chart gives. */
final class Packed implements AutoCloseable {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    /** As the image has them, but for its class archive; the memory is the chart's limit. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:MetaspaceSize=96m",
            "-XX:ReservedCodeCacheSize=128m",
            "-XX:MaxRAM=512m",
            "-XX:MaxRAMPercentage=60");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final int port;
    final Path log;
    final Duration startUp;

    private Packed(Process process, int port, Path log, Duration startUp) {
        this.process = process;
        this.port = port;
        this.log = log;
        this.startUp = startUp;
    }

    static Packed start() {
        if (!Files.exists(JAR)) {
            abort(JAR + " is not there: mvn package makes it");
        }
        try (var client = ApiServer.get().client()) {
            install(client);
            Path home = Files.createTempDirectory("potstill-packed");
            int port = port();
            var builder = new ProcessBuilder(Stream.of(
                            Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString()),
                            FLAGS.stream(),
                            LoadedClasses.flags(),
                            Stream.of("-Dquarkus.http.port=" + port, "-jar", JAR.toString()))
                    .flatMap(part -> part)
                    .toList());
            Path log = home.resolve("log");
            builder.environment().put("KUBECONFIG", kubeconfig(client, home).toString());
            builder.environment().put("POTSTILL_LEASE_NAMESPACE", Audit.NAMESPACE);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            long begin = System.nanoTime();
            var packed = new Packed(builder.start(), port, log, Duration.ZERO);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .pollDelay(Duration.ZERO)
                    .until(packed::isReady);
            return new Packed(packed.process, port, log, Duration.ofNanos(System.nanoTime() - begin));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void install(KubernetesClient client) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(Audit.NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
        Chart.rights()
                .forEach(object -> client.resource(object).forceConflicts().serverSideApply());
    }

    private static Path kubeconfig(KubernetesClient client, Path home) throws IOException {
        String token = client.serviceAccounts()
                .inNamespace(Audit.NAMESPACE)
                .withName(Chart.account())
                .tokenRequest()
                .getStatus()
                .getToken();
        return Files.writeString(home.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: x, context: {cluster: c, user: u, namespace: %s}}]
                current-context: x
                """.formatted(
                        client.getConfiguration().getMasterUrl(), token, Audit.NAMESPACE));
    }

    private static int port() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean isReady() throws IOException {
        assertThat(process.isAlive()).as(() -> "the operator ended:\n" + log()).isTrue();
        try {
            var connection = (HttpURLConnection) uri("/q/health/ready").toURL().openConnection();
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    String metrics() {
        try (var page = uri("/q/metrics").toURL().openStream()) {
            return new String(page.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resident memory, in MiB. */
    long resident() {
        try {
            var line = Pattern.compile("VmRSS:\\s+(\\d+) kB")
                    .matcher(Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
            assertThat(line.find()).isTrue();
            return Long.parseLong(line.group(1)) / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("SIGTERM ends it")
                    .isTrue();
            LoadedClasses.write();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
