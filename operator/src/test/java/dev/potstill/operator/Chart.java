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
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the chart makes of who the operator is and what it may do, as helm renders it. */
final class Chart {
    private static final String RENDER =
            "cd .. && . e2e/cluster/places.sh && exec \"$built/bin/helm\" template potstill" + " charts/potstill -n "
                    + Audit.NAMESPACE + " --kube-version 1.34.0 \"$@\"";

    private Chart() {}

    /** What helm makes of the chart, or what it complains of. */
    static String rendered(String... arguments) {
        var line = new ArrayList<>(List.of("bash", "-c", RENDER, "helm"));
        line.addAll(List.of(arguments));
        try {
            var helm = new ProcessBuilder(line).redirectErrorStream(true).start();
            return new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> documents(String... arguments) {
        return Stream.of(rendered(arguments).split("(?m)^---$")).filter(document -> document.contains("kind:"));
    }

    /** Of the operator; those that the chart makes for people stand in a file of their own. */
    static List<HasMetadata> rights() {
        return documents("-s", "templates/rbac.yaml", "-s", "templates/serviceaccount.yaml")
                .map(document -> new KubernetesSerialization().<HasMetadata>unmarshal(document))
                .toList();
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
