package dev.potstill.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.potstill.api.DistillationRun;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real etcd and kube-apiserver, started once; no controllers and no nodes: the tests play them. */
public final class ApiServer {
    private static final String VERSION = "1.34.4";
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static @Nullable ApiServer one;

    private final Optional<String> kubeconfig;

    private ApiServer() {
        kubeconfig = binaries().map(ApiServer::started);
    }

    /** Skips the test where there is nothing to start; in CI it fails. */
    public static synchronized ApiServer get() {
        // Not in a static initialiser: the client's own threads would wait for it.
        ApiServer server = one == null ? new ApiServer() : one;
        one = server;
        if (server.kubeconfig.isEmpty()) {
            String why = "no kube-apiserver in " + home() + ": e2e/cluster/build makes it";
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new AssertionError(why);
            }
            System.out.println("skipped: " + why);
            abort(why);
        }
        return server;
    }

    /** Of its administrator. */
    public String kubeconfig() {
        return kubeconfig.orElseThrow();
    }

    public KubernetesClient client(Interceptor... interceptors) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig()))
                .withHttpClientBuilderConsumer(builder -> {
                    for (int i = 0; i < interceptors.length; i++) {
                        builder.addOrReplaceInterceptor("test-" + i, interceptors[i]);
                    }
                })
                .build();
    }

    public static Path kubectl() {
        return programs().resolve("kubectl");
    }

    /** A fresh one, whose pods are held to Pod Security's profile "restricted". */
    public String namespace(KubernetesClient client) {
        String name = "team-" + NAMESPACES.incrementAndGet();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .withNamespace(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    private static Path home() {
        String set = System.getenv("POTSTILL_CLUSTER_HOME");
        return set == null ? Path.of(System.getProperty("user.home"), ".cache", "potstill-cluster") : Path.of(set);
    }

    private static Path programs() {
        return home().resolve("k8s").resolve(VERSION + "-linux-amd64");
    }

    private static Optional<Path> binaries() {
        return Files.isExecutable(programs().resolve("kube-apiserver")) ? Optional.of(home()) : Optional.empty();
    }

    /** Its address, and who may do everything on it. */
    private static String started(Path home) {
        var server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withTestDir(home.toString())
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .withStartupTimeout(120_000)
                .withApiServerFlag("--audit-policy-file", Audit.policy().toString())
                .withApiServerFlag("--audit-log-path", Audit.LOG.toString())
                .withApiServerFlag("--feature-gates", "ImageVolume=true")
                .build());
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        install(Config.fromKubeconfig(server.getKubeConfigYaml()));
        return server.getKubeConfigYaml();
    }

    private static void install(Config config) {
        try (var client = new KubernetesClientBuilder().withConfig(config).build();
                InputStream crd = ApiServer.class.getResourceAsStream(
                        "/META-INF/potstill/distillationruns.potstill.dev-v1.yml")) {
            var definitions = client.apiextensions().v1().customResourceDefinitions();
            var made = definitions.load(Objects.requireNonNull(crd)).create();
            definitions
                    .withName(made.getMetadata().getName())
                    .waitUntilCondition(ApiServer::isEstablished, 30, TimeUnit.SECONDS);
            // Until its cache is filled, a moment later, whoever lists runs is told to ask again: this client does.
            client.genericKubernetesResources(
                            HasMetadata.getApiVersion(DistillationRun.class),
                            made.getSpec().getNames().getKind())
                    .inAnyNamespace()
                    .list();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        // Its controllers write the status in steps.
        return definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }
}
