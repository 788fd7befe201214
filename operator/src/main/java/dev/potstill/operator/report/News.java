package dev.potstill.operator.report;

import dev.potstill.api.DistillationRunStatus;
import dev.potstill.contract.Sha256;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.RunResource;
import dev.potstill.operator.run.Together;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jboss.logging.Logger;

/** Tells what has changed, as Events and in metrics. An Event is named by what it tells of, so that none is told twice. */
public record News(KubernetesClient client, MeterRegistry metrics, InstantSource clock) {
    /** Characters that the API takes of an Event's note. */
    private static final int LONGEST = 1024;
    /** Of an Event's name, what the run's name may take: both end at 253. */
    private static final int ROOM = 200;

    private static final Logger LOG = Logger.getLogger(News.class);

    /** @param again how often the run was tried again since it was last carried on */
    public void tell(RunResource run, DistillationRunStatus after, int again) {
        List<Happening> happenings = Happening.between(run.getStatus(), after);
        Together.ask(happenings.stream()
                .<Runnable>map(happening -> () -> tell(run, happening, again))
                .toList());
    }

    /** What is told again, as while the API server refuses what is to be done, is counted once. */
    private void tell(RunResource run, Happening happening, int again) {
        try {
            client.resource(event(run, happening)).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return; // told already
            }
            if (again < Refusal.PATIENCE && Refusal.passes(e)) {
                throw e;
            }
            // It must not keep the status from being written.
            LOG.warnf(
                    "%s/%s: the event %s was not written: %s",
                    run.getMetadata().getNamespace(), run.getMetadata().getName(), happening.reason(), e.getMessage());
        }
        metrics.counter("potstill.happenings", "reason", happening.reason()).increment();
    }

    private Event event(RunResource run, Happening happening) {
        var metadata = run.getMetadata();
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String id = Sha256.of(metadata.getUid() + happening.reason() + happening.key())
                .substring(0, 16);
        return new EventBuilder()
                .withNewMetadata()
                .withName(prefix(metadata.getName()) + "." + id)
                .withNamespace(metadata.getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(run.getApiVersion())
                .withKind(run.getKind())
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .withUid(metadata.getUid())
                .endInvolvedObject()
                .withType(happening.bad() ? "Warning" : "Normal")
                .withReason(happening.reason())
                .withMessage(Fitting.cut(happening.message(), LONGEST))
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withReportingComponent(Names.FIELD_MANAGER)
                .withNewSource()
                .withComponent(Names.FIELD_MANAGER)
                .endSource()
                .build();
    }

    private static String prefix(String run) {
        return run.length() <= ROOM ? run : run.substring(0, ROOM).replaceAll("[-.]+$", "");
    }
}
