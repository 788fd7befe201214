package dev.potstill.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;

/** What kubectl drain does to the node of a trainer: nothing new comes to it, and what may go is evicted, the operator too. */
record Drain(KubernetesClient client) {

    /** Afterwards the node takes pods again. */
    void nodeOf(Trainer trainer) {
        String node = trainer.pod().getSpec().getNodeName();
        cordon(node, true);
        try {
            if (!trainer.resource().evict()) {
                throw new AssertionError("the pod of " + trainer.job() + " was not evicted");
            }
            PodResource operator = new OperatorPod(client).resource();
            if (node.equals(operator.get().getSpec().getNodeName())) {
                operator.evict();
            }
            trainer.ended();
        } finally {
            cordon(node, false);
        }
    }

    private void cordon(String node, boolean closed) {
        client.nodes()
                .withName(node)
                .edit(some -> some.edit()
                        .editSpec()
                        .withUnschedulable(closed ? Boolean.TRUE : null)
                        .endSpec()
                        .build());
    }
}
