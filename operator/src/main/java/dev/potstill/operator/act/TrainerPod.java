package dev.potstill.operator.act;

import dev.potstill.api.Scheduling;
import dev.potstill.api.Scheduling.SecretName;
import dev.potstill.api.Stage;
import dev.potstill.api.Teacher;
import dev.potstill.contract.Sha256;
import dev.potstill.contract.TrainerCommand;
import dev.potstill.operator.observe.Observation;
import dev.potstill.operator.run.Claims;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The pod of an attempt, as Pod Security's profile "restricted" wants it: no root, no way to become it, nothing to write on but its volumes. */
record TrainerPod(Run run, Stage stage, Observation seen, Settings settings) {
    private static final long USER = 65_532;
    private static final String RUN_FOLDER = "/run/potstill";
    private static final String LAST_WORD = "/dev/termination-log";

    PodSpec of(String config) {
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
                .withContainers(container())
                .addNewVolume()
                .withName("run")
                .withNewConfigMap()
                .withName(config)
                .endConfigMap()
                .endVolume()
                .addNewVolume()
                .withName("workspace")
                .withNewPersistentVolumeClaim()
                .withClaimName(Names.workspace(run))
                .endPersistentVolumeClaim()
                .endVolume()
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addAllToVolumes(claims().map(TrainerPod::volume).toList())
                .build();
    }

    private Container container() {
        return new ContainerBuilder()
                .withName(Names.TRAINER)
                .withImage(seen.journal().image().orElse(settings.trainerImage()))
                .withImagePullPolicy(settings.pullPolicy())
                .withArgs(arguments())
                .withEnvFrom(run.spec().scheduling().envFromSecrets().stream()
                        .map(SecretName::name)
                        .map(name -> new EnvFromSourceBuilder()
                                .withNewSecretRef(name, false)
                                .build())
                        .toList())
                .withEnv(tokens())
                .addNewPort()
                .withName("progress")
                .withContainerPort(TrainerCommand.DEFAULT_PORT)
                .endPort()
                .withResources(resources())
                .withTerminationMessagePath(LAST_WORD)
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withVolumeMounts(
                        new VolumeMountBuilder()
                                .withName("run")
                                .withMountPath(RUN_FOLDER)
                                .withReadOnly(true)
                                .build(),
                        new VolumeMountBuilder()
                                .withName("workspace")
                                .withMountPath(Claims.WORKSPACE.toString())
                                .build(),
                        new VolumeMountBuilder()
                                .withName("tmp")
                                .withMountPath("/tmp")
                                .build())
                .addAllToVolumeMounts(claims().map(TrainerPod::mount).toList())
                .build();
    }

    /** Those that models and data are on, besides the run's own. */
    private Stream<String> claims() {
        return Claims.of(run).mounted().stream();
    }

    private static Volume volume(String claim) {
        return new VolumeBuilder()
                .withName(volumeName(claim))
                .withNewPersistentVolumeClaim(claim, true)
                .build();
    }

    private static VolumeMount mount(String claim) {
        return new VolumeMountBuilder()
                .withName(volumeName(claim))
                .withMountPath(Claims.folder(claim).toString())
                .withReadOnly(true)
                .build();
    }

    /** A claim may have a longer name than a pod's volume, and dots in it. */
    private static String volumeName(String claim) {
        return "claim-" + Sha256.of(claim).substring(0, 10);
    }

    /** The Job controller gives each pod of several its number, and the kubelet puts it in. */
    private List<String> arguments() {
        var arguments = new ArrayList<>(command().arguments());
        int shards = run.shards(stage);
        if (shards > 1) {
            arguments.addAll(List.of("--shard", "$(JOB_COMPLETION_INDEX)/" + shards));
        }
        return arguments;
    }

    private TrainerCommand command() {
        return new TrainerCommand(
                stage,
                Path.of(RUN_FOLDER, RunConfig.FILE),
                Claims.WORKSPACE,
                Optional.empty(),
                seen.situation().tries(stage).all(),
                TrainerCommand.DEFAULT_PORT,
                Optional.of(Path.of(LAST_WORD)),
                Optional.empty());
    }

    /** The tokens of teachers that are asked; the operator itself never reads a Secret. */
    private List<EnvVar> tokens() {
        return run.spec().teachers().stream()
                .map(Teacher::endpoint)
                .filter(Objects::nonNull)
                .map(Teacher.Endpoint::secretRef)
                .filter(Objects::nonNull)
                .map(Teacher.SecretRef::name)
                .distinct()
                .map(secret -> new EnvVarBuilder()
                        .withName("POTSTILL_ENDPOINT_TOKEN_"
                                + secret.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"))
                        .withNewValueFrom()
                        .withNewSecretKeyRef("token", secret, false)
                        .endValueFrom()
                        .build())
                .toList();
    }

    private ResourceRequirements resources() {
        Scheduling scheduling = run.spec().scheduling();
        var builder = new ResourceRequirementsBuilder();
        var wanted = scheduling.resources();
        if (wanted != null && wanted.cpu() != null) {
            builder.addToRequests("cpu", new Quantity(wanted.cpu()));
        }
        if (wanted != null && wanted.memory() != null) {
            builder.addToRequests("memory", new Quantity(wanted.memory()));
            builder.addToLimits("memory", new Quantity(wanted.memory()));
        }
        var gpu = scheduling.gpu();
        if (gpu != null) {
            builder.addToRequests(gpu.resource(), new Quantity(gpu.count().toString()));
            builder.addToLimits(gpu.resource(), new Quantity(gpu.count().toString()));
        }
        return builder.build();
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
