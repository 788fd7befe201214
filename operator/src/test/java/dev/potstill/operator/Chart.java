package dev.potstill.operator;

import dev.potstill.testing.Audit;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the chart makes of who the operator is and what it may do, as helm renders it. */
final class Chart {
    private static final String RENDER =
            "cd .. && . e2e/cluster/places.sh && exec \"$built/bin/helm\" template potstill"
                    + " charts/potstill -n " + Audit.NAMESPACE
                    + " -s templates/rbac.yaml -s templates/serviceaccount.yaml --kube-version 1.34.0";

    private Chart() {}

    static List<HasMetadata> rights() {
        try {
            var helm = new ProcessBuilder("bash", "-c", RENDER)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String yaml = new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(yaml.split("(?m)^---$"))
                    .filter(document -> document.contains("kind:"))
                    .map(document -> new KubernetesSerialization().<HasMetadata>unmarshal(document))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the operator is called. */
    static String account() {
        return rights().stream()
                .filter(ServiceAccount.class::isInstance)
                .map(account -> account.getMetadata().getName())
                .findFirst()
                .orElseThrow();
    }

    /** Group, resource and verb of each rule of all roles. */
    static SortedSet<String> allowed() {
        var allowed = new TreeSet<String>();
        rights().stream()
                .flatMap(Chart::rules)
                .forEach(rule -> rule.getResources()
                        .forEach(resource -> rule.getVerbs()
                                .forEach(verb ->
                                        allowed.add(rule.getApiGroups().getFirst() + "/" + resource + " " + verb))));
        return allowed;
    }

    private static Stream<PolicyRule> rules(HasMetadata object) {
        return switch (object) {
            case ClusterRole role -> role.getRules().stream();
            case Role role -> role.getRules().stream();
            default -> Stream.empty();
        };
    }
}
