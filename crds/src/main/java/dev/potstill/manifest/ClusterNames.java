package dev.potstill.manifest;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Scheduling;
import dev.potstill.api.Scheduling.SecretName;
import dev.potstill.api.Scheduling.Toleration;
import dev.potstill.api.Teacher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster would refuse in a pod or a volume: names of its objects, labels of nodes and taints. It is told here, by the field
 * that the user wrote, and before a stage begins.
 */
final class ClusterNames {
    private static final String WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern SUBDOMAIN = Pattern.compile(WORD + "(\\." + WORD + ")*");
    private static final String LABEL = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final Pattern LABEL_VALUE = Pattern.compile("(" + LABEL + ")?");
    private static final Pattern LABEL_KEY = Pattern.compile("(" + WORD + "(\\." + WORD + ")*/)?" + LABEL);

    private static final String A_NAME =
            "expected the name of an object: lower-case letters, digits, '-' and '.', the first and the last a letter or digit";
    private static final String A_KEY =
            "expected a label's key such as \"zone\" or \"example.com/zone\", of at most 63 characters after the '/'";
    private static final String A_VALUE =
            "expected a label's value: letters, digits, '-', '_' and '.', the first and the last a letter or digit, at most 63";

    private final List<Violation> found = new ArrayList<>();

    private ClusterNames() {}

    static List<Violation> in(DistillationRunSpec run) {
        var names = new ClusterNames();
        names.name("spec.workspace.storageClassName", run.workspace().storageClassName());
        names.name("spec.workspace.claimName", run.workspace().claimName());
        names.scheduling(run.scheduling());
        for (int i = 0; i < run.teachers().size(); i++) {
            names.secret(run.teachers().get(i), "spec.teachers[%d].endpoint.secretRef.name".formatted(i));
        }
        return names.found;
    }

    private void scheduling(Scheduling scheduling) {
        String path = "spec.scheduling.";
        name(path + "queueName", scheduling.queueName());
        match(path + "queueName", scheduling.queueName(), LABEL_VALUE, A_VALUE);
        name(path + "priorityClassName", scheduling.priorityClassName());
        name(path + "runtimeClassName", scheduling.runtimeClassName());
        secrets(path + "imagePullSecrets", scheduling.imagePullSecrets());
        secrets(path + "envFromSecrets", scheduling.envFromSecrets());
        scheduling.nodeSelector().forEach((key, value) -> {
            match(path + "nodeSelector", key, LABEL_KEY, A_KEY);
            match(path + "nodeSelector." + key, value, LABEL_VALUE, A_VALUE);
        });
        for (int i = 0; i < scheduling.tolerations().size(); i++) {
            toleration(
                    path + "tolerations[%d]".formatted(i),
                    scheduling.tolerations().get(i));
        }
    }

    private void secrets(String path, List<SecretName> secrets) {
        for (int i = 0; i < secrets.size(); i++) {
            name(path + "[%d].name".formatted(i), secrets.get(i).name());
        }
    }

    private void secret(Teacher teacher, String path) {
        var endpoint = teacher.endpoint();
        var secret = endpoint == null ? null : endpoint.secretRef();
        name(path, secret == null ? null : secret.name());
    }

    private void toleration(String path, Toleration toleration) {
        boolean exists = toleration.operator() == Scheduling.Operator.Exists;
        String key = toleration.key();
        if (key == null || key.isEmpty()) {
            require(exists, path + ".key", "found none, expected one, or operator Exists");
        } else {
            match(path + ".key", key, LABEL_KEY, A_KEY);
        }
        String value = toleration.value();
        match(path + ".value", value, LABEL_VALUE, A_VALUE);
        require(
                !exists || value == null || value.isEmpty(),
                path + ".value",
                "found %s, expected none with operator Exists".formatted(Words.quote(String.valueOf(value))));
        require(
                toleration.tolerationSeconds() == null || toleration.effect() == Scheduling.Effect.NoExecute,
                path + ".tolerationSeconds",
                "found %s, expected none without effect NoExecute".formatted(toleration.tolerationSeconds()));
    }

    private void name(String path, @Nullable String name) {
        match(path, name, SUBDOMAIN, A_NAME);
    }

    private void match(String path, @Nullable String given, Pattern form, String expected) {
        if (given != null) {
            require(form.matcher(given).matches(), path, "found " + Words.quote(given) + ", " + expected);
        }
    }

    private void require(boolean holds, String path, String message) {
        if (!holds) {
            found.add(new Violation(path, message));
        }
    }
}
