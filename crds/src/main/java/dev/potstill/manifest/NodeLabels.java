package dev.potstill.manifest;

import dev.potstill.api.Scheduling;
import dev.potstill.api.Scheduling.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Labels of nodes and taints, of which a schema can say little. What the cluster would refuse in a pod is told here, by the field that
 * the user wrote, and before a stage begins.
 */
final class NodeLabels {
    private static final String WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String LABEL = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final Pattern LABEL_VALUE = Pattern.compile("(" + LABEL + ")?");
    private static final Pattern LABEL_KEY = Pattern.compile("(" + WORD + "(\\." + WORD + ")*/)?" + LABEL);

    private static final String A_KEY =
            "expected a label's key such as \"zone\" or \"example.com/zone\", of at most 63 characters after the '/'";
    private static final String A_VALUE =
            "expected a label's value: letters, digits, '-', '_' and '.', the first and the last a letter or digit, at most 63";

    private final List<Violation> found = new ArrayList<>();

    private NodeLabels() {}

    static List<Violation> in(Scheduling scheduling) {
        var labels = new NodeLabels();
        labels.all(scheduling);
        return labels.found;
    }

    private void all(Scheduling scheduling) {
        String path = "spec.scheduling.";
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
