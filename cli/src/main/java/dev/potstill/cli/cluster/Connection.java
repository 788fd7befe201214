package dev.potstill.cli.cluster;

import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The API server that a kubeconfig names, spoken to in one namespace. What it refuses is a {@link Problem} of one line. */
final class Connection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 20_000;
    /** A command that people wait for gives up sooner than a controller. */
    private static final int RETRIES = 2;

    private final KubernetesClient client;
    private final String namespace;
    private final String server;

    private Connection(Config config, String namespace) {
        this.client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
        this.namespace = namespace;
        this.server = config.getMasterUrl()
                + Optional.ofNullable(config.getCurrentContext())
                        .map(context -> " (context %s)".formatted(context.getName()))
                        .orElse("");
    }

    static Connection open(Where where) {
        Config config = configured(where);
        config.setConnectionTimeout(CONNECT_MILLIS);
        config.setRequestTimeout(ANSWER_MILLIS);
        config.setRequestRetryBackoffLimit(RETRIES);
        String ofContext = config.getNamespace() == null ? "default" : config.getNamespace();
        return new Connection(config, where.namespace().orElse(ofContext));
    }

    private static Config configured(Where where) {
        Config config;
        try {
            config = Config.autoConfigure(where.context().orElse(null));
        } catch (RuntimeException e) { // whatever its parsers throw
            throw new Problem(ExitCode.USAGE, "the kubeconfig cannot be read: " + Refusal.rootOf(e), e);
        }
        where.context().ifPresent(wanted -> requireContext(wanted, config));
        boolean none =
                config.getCurrentContext() == null && config.getMasterUrl().startsWith(Config.DEFAULT_MASTER_URL);
        if (none) {
            throw new Problem(
                    ExitCode.CLUSTER_UNAVAILABLE,
                    "no cluster is named: found no context in KUBECONFIG or ~/.kube/config, expected one that"
                            + " kubectl reaches a cluster by");
        }
        return config;
    }

    private static void requireContext(String wanted, Config config) {
        boolean known = config.getContexts().stream()
                .anyMatch(context -> context.getName().equals(wanted));
        if (!known) {
            String names =
                    config.getContexts().stream().map(NamedContext::getName).collect(Collectors.joining(", "));
            throw new Problem(
                    ExitCode.USAGE,
                    "--context: found %s, expected one of the kubeconfig's contexts: %s"
                            .formatted(wanted, names.isEmpty() ? "it has none" : names));
        }
    }

    String namespace() {
        return namespace;
    }

    /** For people: the address and the context. */
    String server() {
        return server;
    }

    /**
     * @param verb what is asked for, as RBAC calls it
     * @param resource of what, likewise
     */
    <T> T ask(String verb, String resource, Function<KubernetesClient, T> question) {
        try {
            return question.apply(client);
        } catch (KubernetesClientException e) {
            throw Refusal.of(e, verb, resource, this);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
