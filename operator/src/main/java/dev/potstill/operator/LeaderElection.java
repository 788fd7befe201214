package dev.potstill.operator;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Of several operators one acts: the one that holds the lease. */
@ApplicationScoped
public class LeaderElection {
    private volatile boolean stopping;

    void onStop(@Observes @Priority(1) ShutdownEvent event) {
        stopping = true;
    }

    /** The default exits from within the shutdown hook when the lease is given up, so that SIGTERM would hang for ever. */
    @Produces
    @Singleton
    LeaderElectionConfiguration lease(
            @ConfigProperty(name = "potstill.lease.namespace", defaultValue = "potstill-system") String namespace) {
        LeaderCallbacks callbacks = new LeaderCallbacks(() -> {}, this::lost, leader -> {});
        return new LeaderElectionConfiguration(
                "potstill-operator",
                namespace,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                null,
                callbacks,
                false);
    }

    /** An operator that lost its lease must write nothing more. */
    private void lost() {
        if (!stopping) {
            Runtime.getRuntime().halt(1);
        }
    }
}
