package dev.potstill.operator.act;

import dev.potstill.api.Scheduling;
import dev.potstill.api.Stage;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;

/** The pod of an attempt, as Pod Security's profile "restricted" wants it: no root, no way to become it, nothing to write on but its volumes. */
record TrainerPod(Run run, Stage stage, Observation seen, Settings settings) {
    private static final long USER = 65_532;

    PodSpec of(TrainerVolumes volumes) {
        Scheduling scheduling = run.spec().scheduling();
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(
                        Grace.of(run, stage, seen, settings.grace()).toSeconds())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withNodeSelector(scheduling.nodeSelector())
                .withTolerations(scheduling.tolerations().stream()
                        .map(TrainerPod::toleration)
                        .toList())
                .withPriorityClassName(scheduling.priorityClassName())
                .withRuntimeClassName(scheduling.runtimeClassName())
                .withImagePullSecrets(scheduling.imagePullSecrets().stream()
                        .map(secret -> new LocalObjectReference(secret.name()))
                        .distinct()
                        .toList())
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(new TrainerContainer(run, stage, seen, settings).of(volumes))
                .withVolumes(volumes.volumes())
                .build();
    }

    private static Toleration toleration(Scheduling.Toleration wanted) {
        var seconds = wanted.tolerationSeconds();
        return new TolerationBuilder()
                .withKey(wanted.key())
                .withOperator(wanted.operator().name())
                .withValue(wanted.value())
                .withEffect(wanted.effect() == null ? null : wanted.effect().name())
                .withTolerationSeconds(seconds == null ? null : seconds.longValue())
                .build();
    }
}
