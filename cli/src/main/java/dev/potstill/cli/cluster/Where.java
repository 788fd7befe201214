package dev.potstill.cli.cluster;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster and namespace are meant, as kubectl is told. Filled by picocli. */
public final class Where {
    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The run's namespace (default: that of the context).")
    private @Nullable String namespace;

    @Option(
            names = "--context",
            paramLabel = "CONTEXT",
            description = "The context of the kubeconfig to use (default: the current one).")
    private @Nullable String context;

    /** Whether any of it was given, so that a run of a cluster is meant. */
    public boolean isGiven() {
        return namespace != null || context != null;
    }

    Optional<String> namespace() {
        return Optional.ofNullable(namespace);
    }

    Optional<String> context() {
        return Optional.ofNullable(context);
    }
}
