package dev.potstill.operator;

import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.RunResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Set;

/** What is watched beside the runs: their Jobs, the pods of these, and the claims of their volumes. All carry the run's name. */
final class Caches {
    private Caches() {}

    static List<EventSource<?, RunResource>> of(EventSourceContext<RunResource> context) {
        return List.of(
                watch(Job.class, context), watch(Pod.class, context), watch(PersistentVolumeClaim.class, context));
    }

    private static <T extends HasMetadata> InformerEventSource<T, RunResource> watch(
            Class<T> type, EventSourceContext<RunResource> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, RunResource.class)
                        .withName(type.getSimpleName())
                        .withLabelSelector(Names.RUN)
                        .withItemStore(new Slim<>())
                        .withSecondaryToPrimaryMapper(Caches::run)
                        .build(),
                context);
    }

    private static Set<ResourceID> run(HasMetadata object) {
        String name = object.getMetadata().getLabels().get(Names.RUN);
        return Set.of(new ResourceID(name, object.getMetadata().getNamespace()));
    }
}
