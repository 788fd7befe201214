package dev.potstill.operator.act;

import dev.potstill.api.Reinforcement.Safety;
import dev.potstill.api.Scheduling;
import dev.potstill.api.Scheduling.SecretName;
import dev.potstill.api.Stage;
import dev.potstill.api.Teacher;
import dev.potstill.contract.EndpointToken;
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
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The container that does the stage's work: what it is told, what it may, and what it asks for. */
record TrainerContainer(Run run, Stage stage, Observation seen, Settings settings) {
    private static final String LAST_WORD = "/dev/termination-log";

    Container of(TrainerVolumes volumes) {
        return new ContainerBuilder()
                .withName(Names.TRAINER)
                .withImage(settings.image(run, seen))
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
                .withVolumeMounts(volumes.mounts())
                .build();
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
                TrainerVolumes.RUN.resolve(RunConfig.FILE),
                Claims.WORKSPACE,
                Optional.empty(),
                seen.situation().tries(stage).all(),
                TrainerCommand.DEFAULT_PORT,
                Optional.of(Path.of(LAST_WORD)),
                Optional.empty());
    }

    /** The tokens of teachers and of the judge that are asked; the operator itself never reads a Secret. */
    private List<EnvVar> tokens() {
        return Stream.concat(run.spec().teachers().stream().map(Teacher::endpoint), judge())
                .filter(Objects::nonNull)
                .map(Teacher.Endpoint::secretRef)
                .filter(Objects::nonNull)
                .map(Teacher.SecretRef::name)
                .distinct()
                .map(secret -> new EnvVarBuilder()
                        .withName(EndpointToken.variable(secret))
                        .withNewValueFrom()
                        .withNewSecretKeyRef("token", secret, false)
                        .endValueFrom()
                        .build())
                .toList();
    }

    /** Asked in one stage, and where it has a say. */
    private Stream<Teacher.Endpoint> judge() {
        var reinforcement = run.spec().reinforcement();
        boolean asked = stage == Stage.Reinforcement && reinforcement.reward().safetyPercent() > 0;
        return Stream.ofNullable(reinforcement.safety()).filter(_ -> asked).map(Safety::endpoint);
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
}
