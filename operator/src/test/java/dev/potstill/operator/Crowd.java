package dev.potstill.operator;

import dev.potstill.operator.run.Names;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** Plays Job controller, scheduler and kubelet for many runs: each Job has its pod, which works and ends well. */
final class Crowd implements AutoCloseable, ResourceEventHandler<Job> {
    /** Few, for they run on the machine whose operator is measured. */
    private static final int KUBELETS = 2;

    private final Hands hands;
    private final Predicate<Job> stays;
    private final ExecutorService kubelets = Executors.newFixedThreadPool(KUBELETS);
    private final SharedIndexInformer<Job> jobs;

    /** @param stays whether a Job's pod is to be at work for good */
    Crowd(KubernetesClient client, String namespace, Predicate<Job> stays) {
        this.hands = new Hands(client, namespace);
        this.stays = stays;
        this.jobs = client.batch().v1().jobs().inNamespace(namespace).inform(this);
    }

    @Override
    public void onAdd(Job job) {
        if (job.getMetadata().getLabels().containsKey(Names.RUN)) {
            kubelets.execute(() -> live(job));
        }
    }

    private void live(Job job) {
        var pod = hands.run(job);
        if (!stays.test(job)) {
            hands.exit(pod, 0, "Completed", Hands.lastWord(job));
            hands.complete(job);
        }
    }

    @Override
    public void onUpdate(Job before, Job after) {}

    @Override
    public void onDelete(Job job, boolean unsure) {}

    @Override
    public void close() {
        jobs.stop();
        kubelets.shutdownNow();
    }
}
