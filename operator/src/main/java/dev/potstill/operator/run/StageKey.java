package dev.potstill.operator.run;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.Json;
import dev.potstill.contract.Sha256;
import dev.potstill.contract.StageSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a Job was made for. The trainer alone can tell a stage's whole input digest, for it reads the files; of what the operator
 * knows, this digest changes when and only when the stage has to run again, or is to be looked at again ({@code spec.retry}).
 */
public final class StageKey {
    /** Characters: as label values have room for, and enough to be unique within a run. */
    private static final int LENGTH = 32;

    private StageKey() {}

    /** @param upstream the output digests of all stages before it */
    public static String of(Stage stage, DistillationRunSpec spec, Map<Stage, String> upstream) {
        var components = new TreeMap<>(StageSettings.of(stage, spec));
        upstream.forEach((before, digest) -> components.put("upstream." + before, digest));
        // On another volume nothing is made yet, or something else is.
        Optional.ofNullable(spec.workspace().claimName()).ifPresent(claim -> components.put("workspace", claim));
        // What was made before is then looked for in the workspace, and not taken for there.
        Optional.ofNullable(spec.retry()).ifPresent(retry -> components.put("retry", retry));
        return digest(stage + Json.compact(components));
    }

    /** Of where and how its pods run, and what they are given to run with: what may make a failed stage succeed without changing its output. */
    public static String placement(DistillationRunSpec spec) {
        var workspace = spec.workspace();
        return digest(Json.compact(spec.scheduling())
                + spec.activeDeadlineSeconds()
                + List.of(workspace.size(), workspace.cacheSize())
                + Json.compact(spec.checkpoint())
                + Json.compact(StageSettings.withoutEffect(spec)));
    }

    private static String digest(String text) {
        return Sha256.of(text).substring(0, LENGTH);
    }
}
