package dev.potstill.contract;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything a stage's result depends on. Two stages with equal {@link #hex} make the same, so the second need not run.
 *
 * @param components by name: a setting's path with its value, or with the content's digest where the value is the URI of a file or was fetched;
 *     {@code upstream.STAGE} with the digest of that stage's output; {@code trainer} with the trainer's version
 */
public record InputDigest(Stage stage, SortedMap<String, String> components) {

    public InputDigest {
        components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
    }

    /**
     * @param upstreamOutputDigests of the stages before this one in the run
     * @param sourceDigests content digests by URI, from {@link SourceDigests}
     */
    public static InputDigest of(
            Stage stage,
            DistillationRunSpec spec,
            Map<Stage, String> upstreamOutputDigests,
            Map<String, String> sourceDigests,
            String trainerVersion) {
        var components = new TreeMap<>(StageSettings.of(stage, spec));
        components.replaceAll((path, value) -> sourceDigests.getOrDefault(value, value));
        upstreamOutputDigests.forEach((before, digest) -> components.put("upstream." + before, digest));
        components.put("trainer", trainerVersion);
        return new InputDigest(stage, components);
    }

    public String hex() {
        return Sha256.of(stage + Json.compact(components));
    }

    /** The names of the components that differ, settings first: why an older output does not serve. */
    public List<String> differences(InputDigest older) {
        var names = new TreeSet<>(components.keySet());
        names.addAll(older.components.keySet());
        names.removeIf(name -> components.getOrDefault(name, "").equals(older.components.getOrDefault(name, "")));
        var ordered = new ArrayList<>(names);
        ordered.sort((a, b) -> Boolean.compare(isSetting(b), isSetting(a)));
        return ordered;
    }

    private static boolean isSetting(String name) {
        return !name.startsWith("upstream.") && !name.equals("trainer");
    }
}
