package dev.potstill.cli.cluster;

import dev.potstill.contract.Problem;
import dev.potstill.contract.ReportExport;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The short-lived pod that reads a run's workspace, made after the pods of its stages: what admits, schedules and pulls these does so
 * for it, and where they may read, it may. It has no GPU, no tokens, and nothing to write on.
 *
 * @param like a stage's Job
 * @param outputs folders of finished stages, relative to the workspace
 * @param node where the volume is held by another pod, if it can be on one node only
 */
record ReaderPod(ClusterRun run, Attempt like, List<String> outputs, Optional<String> node) {
    static final String READER = "reader";
    /** Not a label of the operator's, which would take the pod for one of a stage. */
    private static final String READS = "potstill.dev/reads";

    /** It ends by itself even where the one who made it is gone. */
    private static final long DEADLINE_SECONDS = 300;

    private static final Map<String, Quantity> REQUESTS =
            Map.of("cpu", new Quantity("10m"), "memory", new Quantity("128Mi"));
    private static final Map<String, Quantity> LIMITS = Map.of("memory", new Quantity("512Mi"));

    Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(run.name() + "-report-")
                .withNamespace(run.namespace())
                .addToLabels("app.kubernetes.io/managed-by", "potstill")
                .addToLabels(READS, run.name())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(run.json().path("apiVersion").asText())
                        .withKind(run.json().path("kind").asText())
                        .withName(run.name())
                        .withUid(run.uid())
                        .build())
                .endMetadata()
                .withSpec(spec())
                .build();
    }

    private PodSpec spec() {
        PodSpec stages = stages();
        Volume workspace = workspace(stages);
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withActiveDeadlineSeconds(DEADLINE_SECONDS)
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withNodeSelector(stages.getNodeSelector())
                .withAffinity(node.map(ReaderPod::on).orElse(null))
                .withTolerations(stages.getTolerations())
                .withRuntimeClassName(stages.getRuntimeClassName())
                .withImagePullSecrets(stages.getImagePullSecrets())
                .withSecurityContext(stages.getSecurityContext())
                .withContainers(container(workspace))
                .withVolumes(workspace)
                .build();
    }

    private PodSpec stages() {
        return like.job().getSpec().getTemplate().getSpec();
    }

    private static Volume workspace(PodSpec stages) {
        return stages.getVolumes().stream()
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .findFirst()
                .orElseThrow(() -> Problem.rejected("the run's jobs mount no PersistentVolumeClaim to read from"));
    }

    /** The claim that the run's stages work in. */
    String claim() {
        return workspace(stages()).getPersistentVolumeClaim().getClaimName();
    }

    private Container container(Volume workspace) {
        Container trainer =
                like.trainer().orElseThrow(() -> Problem.rejected("the job %s has no trainer".formatted(like.name())));
        VolumeMount mount = trainer.getVolumeMounts().stream()
                .filter(one -> one.getName().equals(workspace.getName()))
                .findFirst()
                .orElseThrow(() -> Problem.rejected("the job %s mounts no workspace".formatted(like.name())));
        return new ContainerBuilder()
                .withName(READER)
                .withImage(trainer.getImage())
                .withImagePullPolicy(trainer.getImagePullPolicy())
                .withArgs(ReportExport.arguments(Path.of(mount.getMountPath()), outputs))
                .withNewResources()
                .withRequests(REQUESTS)
                .withLimits(LIMITS)
                .endResources()
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withSecurityContext(trainer.getSecurityContext())
                .withVolumeMounts(mount.edit().withReadOnly(true).build())
                .build();
    }

    /** By the scheduler, which minds taints and room, where a node's name in the spec would pass it by. */
    private static Affinity on(String node) {
        return new AffinityBuilder()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }

    /** Where one of these pods has the claim mounted now. */
    static Optional<String> holder(List<Pod> pods, String claim) {
        return pods.stream()
                .filter(pod -> pod.getSpec().getVolumes().stream()
                        .anyMatch(volume -> volume.getPersistentVolumeClaim() != null
                                && volume.getPersistentVolumeClaim()
                                        .getClaimName()
                                        .equals(claim)))
                .filter(pod -> !hasEnded(pod))
                .flatMap(pod -> Optional.ofNullable(pod.getSpec().getNodeName()).stream())
                .findFirst();
    }

    static boolean hasEnded(Pod pod) {
        @Nullable
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }
}
