package dev.potstill.operator.act;

import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** What marks an object as a run's: it goes when the run goes. */
final class Owner {
    private Owner() {}

    static ObjectMeta child(Run run, String name) {
        return kept(run, name).edit().withOwnerReferences(reference(run)).build();
    }

    /** Of one that stays. */
    static ObjectMeta kept(Run run, String name) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(run.namespace())
                .withLabels(Names.labels(run))
                .build();
    }

    static OwnerReference reference(Run run) {
        return new OwnerReferenceBuilder()
                .withApiVersion(run.resource().getApiVersion())
                .withKind(run.resource().getKind())
                .withName(run.name())
                .withUid(run.uid())
                .withController(true)
                .build();
    }
}
