package dev.potstill.manifest;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Reinforcement.Safety;
import dev.potstill.api.Stage;
import dev.potstill.api.Teacher;
import dev.potstill.contract.EndpointToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Secrets of endpoints: two whose names differ in signs alone share a variable, and a server would be sent another's token. */
final class TokenSecrets {
    private record Field(String path, String secret) {}

    private TokenSecrets() {}

    static List<Violation> in(DistillationRunSpec run) {
        Map<String, Field> first = new HashMap<>();
        List<Violation> violations = new ArrayList<>();
        for (Field field : fields(run)) {
            String variable = EndpointToken.variable(field.secret);
            Field before = first.putIfAbsent(variable, field);
            if (before != null && !before.secret.equals(field.secret)) {
                violations.add(new Violation(
                        field.path,
                        "found %s, whose token is read from %s as that of %s in %s is, expected names that differ in letters or digits; rename one Secret"
                                .formatted(
                                        Words.quote(field.secret), variable, Words.quote(before.secret), before.path)));
            }
        }
        return violations;
    }

    private static List<Field> fields(DistillationRunSpec run) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < run.teachers().size(); i++) {
            add(
                    fields,
                    "spec.teachers[" + i + "].endpoint",
                    run.teachers().get(i).endpoint());
        }
        Safety safety = run.reinforcement().safety();
        boolean asked = run.stages().contains(Stage.Reinforcement)
                && run.reinforcement().reward().safetyPercent() > 0;
        add(fields, "spec.reinforcement.safety.endpoint", safety == null || !asked ? null : safety.endpoint());
        return fields;
    }

    private static void add(List<Field> fields, String path, Teacher.@Nullable Endpoint endpoint) {
        if (endpoint != null && endpoint.secretRef() != null) {
            fields.add(new Field(path + ".secretRef.name", endpoint.secretRef().name()));
        }
    }
}
