package dev.potstill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.testing.ApiServer;
import dev.potstill.testing.Audit;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What helm makes of the chart and of what may be set, before a real API server. */
class ChartTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
    private static final String EVERYTHING = """
            image: {repository: registry.example.com/operator, tag: ignored, digest: "%1$s"}
            trainer: {image: {repository: registry.example.com/trainer, digest: "%1$s"}, grace: PT5M}
            imagePullSecrets: [one, {name: two}]
            replicas: 2
            podAnnotations: {example.com/note: "1"}
            podLabels: {team: maths}
            extraEnv: [{name: QUARKUS_LOG_LEVEL, value: DEBUG}]
            priorityClassName: system-cluster-critical
            nodeSelector: {disk: fast}
            tolerations: [{key: gpu, operator: Exists}]
            affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}
            topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]
            networkPolicy: {enabled: true, metricsFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]}
            """.formatted(DIGEST);

    @TempDir
    private Path folder;

    @AutoClose
    private final KubernetesClient client = ApiServer.get().client();

    private final String namespace = ApiServer.get().namespace(client);

    private Stream<HasMetadata> made(String values) throws Exception {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        return Chart.documents("-f", file.toString())
                .map(document -> new KubernetesSerialization()
                        .unmarshal(document.replace(Audit.NAMESPACE, namespace), GenericKubernetesResource.class));
    }

    private static Deployment deployment(Stream<HasMetadata> made) {
        var serialization = new KubernetesSerialization();
        return made.filter(object -> object.getKind().equals("Deployment"))
                .map(object -> serialization.<Deployment>unmarshal(serialization.asYaml(object)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void all_that_may_be_set_makes_objects_that_the_api_server_takes() throws Exception {
        List<HasMetadata> made = made(EVERYTHING).toList();

        // An apply refuses a field that is not known.
        made.forEach(object -> client.resource(object).dryRun().serverSideApply());
        assertThat(made)
                .extracting(HasMetadata::getKind)
                .contains("NetworkPolicy", "PodDisruptionBudget")
                .doesNotContain("ServiceMonitor");
        assertThat(Chart.rendered("--set", "monitoring.serviceMonitor.enabled=true"))
                .contains("kind: ServiceMonitor", "path: /q/metrics");
    }

    @Test
    void an_image_goes_by_its_digest_where_it_has_one() throws Exception {
        var pod = deployment(made(EVERYTHING)).getSpec().getTemplate().getSpec();
        var container = pod.getContainers().getFirst();

        assertThat(container.getImage()).isEqualTo("registry.example.com/operator@" + DIGEST);
        assertThat(container.getEnv())
                .filteredOn(variable -> variable.getValue() != null)
                .extracting(variable -> variable.getName() + "=" + variable.getValue())
                .contains(
                        "POTSTILL_TRAINER_IMAGE=registry.example.com/trainer@" + DIGEST,
                        "POTSTILL_TRAINER_GRACE=PT5M",
                        "QUARKUS_LOG_LEVEL=DEBUG");
        assertThat(pod.getImagePullSecrets())
                .extracting(secret -> secret.getName())
                .containsExactly("one", "two");
    }

    @Test
    void pods_are_admitted_where_they_are_restricted() throws Exception {
        for (String values : List.of("", EVERYTHING.replaceAll("priorityClassName.*\n", ""))) {
            var template = deployment(made(values)).getSpec().getTemplate();
            var pod = new PodBuilder()
                    .withNewMetadata()
                    .withName("operator")
                    .withNamespace(namespace)
                    .endMetadata()
                    .withSpec(template.getSpec()
                            .edit()
                            .withServiceAccountName(null)
                            .withAutomountServiceAccountToken(false)
                            .build())
                    .build();
            client.resource(pod).dryRun().create();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "replica=2, replica",
        "image.digest=sha256:12, /image/digest",
        "trainer.grace=2m, /trainer/grace",
        "trainer.image.pullPolicy=Sometimes, /trainer/image/pullPolicy",
        "imagePullSecrets[0].secret=a, /imagePullSecrets/0",
        "networkPolicy.enabled=sure, /networkPolicy/enabled"
    })
    void a_value_that_cannot_be_is_refused_by_its_name(String set, String named) {
        assertThat(Chart.rendered("--set", set)).startsWith("Error:").contains(named);
    }

    @Test
    void people_may_with_runs_what_their_roles_in_the_namespace_say() {
        var roles = Chart.documents("-s", "templates/users.yaml")
                .map(document -> new KubernetesSerialization().<ClusterRole>unmarshal(document))
                .toList();

        assertThat(roles)
                .satisfiesExactly(
                        view -> {
                            assertThat(verbs(view)).containsExactly("get", "list", "watch");
                            assertThat(aggregated(view)).containsExactlyInAnyOrder("view", "edit", "admin");
                        },
                        edit -> {
                            assertThat(verbs(edit))
                                    .containsExactly("create", "update", "patch", "delete", "deletecollection");
                            assertThat(aggregated(edit)).containsExactlyInAnyOrder("edit", "admin");
                        });
        assertThat(Chart.rendered("--set", "aggregateRoles=false")).doesNotContain("aggregate-to");
        assertThat(Chart.allowed())
                .contains("potstill.dev/distillationruns delete")
                .doesNotContain("potstill.dev/distillationruns create");
    }

    private static List<String> verbs(ClusterRole role) {
        return role.getRules().stream()
                .filter(rule -> rule.getResources().contains("distillationruns"))
                .flatMap(rule -> rule.getVerbs().stream())
                .toList();
    }

    private static List<String> aggregated(ClusterRole role) {
        return role.getMetadata().getLabels().keySet().stream()
                .filter(label -> label.contains("/aggregate-to-"))
                .map(label -> label.substring(label.indexOf("-to-") + 4))
                .toList();
    }
}
