package dev.potstill.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.potstill.api.DistillationRun;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Stage;
import dev.potstill.cli.screen.Terminal;
import dev.potstill.contract.Json;
import dev.potstill.contract.Labels;
import dev.potstill.pipeline.Retries;
import dev.potstill.testing.ApiServer;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A namespace of a real API server with a run in it, and the command line in front of it; the test plays operator and kubelet. */
final class Town implements AutoCloseable {
    static final String NODE = "node-1";
    private static final String RUN = """
            apiVersion: potstill.dev/v1alpha1
            kind: DistillationRun
            metadata: {name: %s, annotations: {team: maths}}
            spec:
              teachers: [{name: big, model: builtin://teacher}]
              student: {model: builtin://start}
              data: {sources: [{uri: builtin://problems}]}
              stages: [Data, Feature, Evaluation]
            """;
    private static final String TRAINER = """
            restartPolicy: Never
            nodeSelector: {disk: fast}
            tolerations: [{key: gpu, operator: Exists}]
            securityContext:
              {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
            containers:
            - name: trainer
              image: potstill-trainer:test
              args: [Data]
              envFrom: [{secretRef: {name: tokens}}]
              resources: {limits: {nvidia.com/gpu: 1}}
              securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
              volumeMounts: [{name: workspace, mountPath: /workspace}, {name: run, mountPath: /run/potstill}]
            volumes:
            - {name: workspace, persistentVolumeClaim: {claimName: r1-workspace}}
            - {name: run, configMap: {name: r1-run}}
            """;

    final KubernetesClient client = ApiServer.get().client();
    final String namespace = ApiServer.get().namespace(client);
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final Bell bell = new Bell();
    private final Path folder;
    Optional<Integer> columns = Optional.empty();

    Town(Path folder) {
        this.folder = folder;
        kubeconfig(ApiServer.get().kubeconfig());
    }

    void kubeconfig(String text) {
        try {
            Path file = Files.writeString(folder.resolve("kubeconfig"), text);
            System.setProperty("kubeconfig", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In this town's namespace. */
    int potstill(String... arguments) {
        var line = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, line, 0, arguments.length);
        line[arguments.length] = "-n";
        line[arguments.length + 1] = namespace;
        return anywhere(line);
    }

    int anywhere(String... arguments) {
        out.reset();
        err.reset();
        return Main.execute(
                new Surroundings(
                        "potstill",
                        folder,
                        folder,
                        new Terminal(new PrintStream(out, true, UTF_8), columns, false),
                        new Terminal(new PrintStream(err, true, UTF_8), Optional.empty(), false),
                        Clock.systemUTC(),
                        Retries.STANDARD,
                        bell),
                arguments);
    }

    String shown() {
        return out.toString(UTF_8);
    }

    String complained() {
        return err.toString(UTF_8);
    }

    private Resource<GenericKubernetesResource> run(String name) {
        return client.genericKubernetesResources(ResourceDefinitionContext.fromResourceType(DistillationRun.class))
                .inNamespace(namespace)
                .withName(name);
    }

    GenericKubernetesResource run() {
        return run("r1").get();
    }

    void apply(String name) {
        var run = Serialization.unmarshal(RUN.formatted(name), GenericKubernetesResource.class);
        run.getMetadata().setNamespace(namespace);
        client.resource(run).fieldManager("kubectl").serverSideApply();
    }

    /** What the operator would say of r1 as it is now. */
    void say(DistillationRunStatus status) {
        run("r1").editStatus(run -> {
            run.setAdditionalProperty("status", Json.mapper().convertValue(status, Map.class));
            return run;
        });
    }

    void delete() {
        run("r1").delete();
    }

    /** Has something happen as soon as a command, which goes on meanwhile, has come so far. */
    static Thread once(BooleanSupplier soFar, Runnable happening) {
        return Thread.ofVirtual().start(() -> {
            while (!soFar.getAsBoolean()) {
                Thread.onSpinWait();
                Thread.yield();
            }
            happening.run();
        });
    }

    String execution() {
        return Objects.toString(run().get("spec", "execution"));
    }

    /** An attempt at a stage, as the operator makes it. */
    Job job(Stage stage, int attempt) {
        return job(stage, attempt, 1);
    }

    /** One that several pods share. */
    Job job(Stage stage, int attempt, int shards) {
        String uid = run().getMetadata().getUid();
        var labels = Map.of(Labels.RUN, "r1", Labels.RUN_UID, uid, Labels.STAGE, stage.name());
        return client.resource(new JobBuilder()
                        .withNewMetadata()
                        .withName("r1-%s-%d".formatted(stage.name().toLowerCase(Locale.ROOT), attempt))
                        .withNamespace(namespace)
                        .withLabels(labels)
                        .addToLabels(Labels.ATTEMPT, Integer.toString(attempt))
                        .endMetadata()
                        .withNewSpec()
                        .withBackoffLimit(0)
                        .withCompletions(shards)
                        .withParallelism(shards)
                        .withCompletionMode(shards == 1 ? "NonIndexed" : "Indexed")
                        .withNewTemplate()
                        .withNewMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .withSpec(Serialization.unmarshal(TRAINER, PodSpec.class))
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    /** The Job's pod at work on the one node. */
    Pod pod(Job job) {
        return pod(job, 0);
    }

    /** One of several that share it. */
    Pod pod(Job job, int shard) {
        Pod pod = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("%s-%d-x".formatted(job.getMetadata().getName(), shard))
                        .withNamespace(namespace)
                        .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                        .addToLabels(Labels.JOB_NAME, job.getMetadata().getName())
                        .addToLabels(Labels.SHARD, Integer.toString(shard))
                        .endMetadata()
                        .withSpec(job.getSpec()
                                .getTemplate()
                                .getSpec()
                                .edit()
                                .withNodeName(NODE)
                                .build())
                        .build())
                .create();
        phase(pod, "Running");
        return pod;
    }

    /** As the scheduler does it. */
    void bind(Pod pod) {
        client.resource(new BindingBuilder()
                        .withNewMetadata()
                        .withName(pod.getMetadata().getName())
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewTarget()
                        .withKind("Node")
                        .withName(NODE)
                        .endTarget()
                        .build())
                .create();
    }

    void phase(Pod pod, String phase) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .editStatus(now -> now.edit()
                        .editOrNewStatus()
                        .withPhase(phase)
                        .endStatus()
                        .build());
    }

    /** The node that the kubelet answers for. */
    void node(int kubeletPort) {
        var nodes = client.nodes();
        nodes.withName(NODE).delete();
        nodes.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NODE)
                        .endMetadata()
                        .build())
                .create();
        nodes.withName(NODE)
                .editStatus(node -> node.edit()
                        .editOrNewStatus()
                        .addNewAddress("127.0.0.1", "InternalIP")
                        .withNewDaemonEndpoints()
                        .withNewKubeletEndpoint(kubeletPort)
                        .endDaemonEndpoints()
                        .endStatus()
                        .build());
    }

    @Override
    public void close() {
        System.clearProperty("kubeconfig");
        client.close();
    }
}
