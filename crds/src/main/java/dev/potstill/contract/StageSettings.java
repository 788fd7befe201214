package dev.potstill.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings that can change what a stage makes, flat and by their path in the manifest: {@code response.temperature -> 2.0}.
 * How often state is saved, where pods run and how long things are kept cannot, and are in none.
 */
public final class StageSettings {
    private static final Pattern OF_ENDPOINT =
            Pattern.compile(".*\\.endpoint\\.(secretRef\\.name|maxConcurrency|timeoutSeconds|retrySeconds|price\\..*)");

    private static final Pattern LICENSE = Pattern.compile("data\\.sources\\[\\d+\\]\\.license");

    private static final Set<String> NO_EFFECT =
            Set.of("data.shards", "evaluation.shards", "training.activationCheckpointing", "data.memory");

    /** Of several teachers, this one alone is learnt from and compared with; the others only answer prompts. */
    private static final String MAIN_TEACHER = "teachers[0]";

    private static final List<String> ARITHMETIC = List.of("training.seed", "training.maxLength", "training.precision");

    /** Suites that measure the model on held-out rows or by the clock, and have no questions of their own. */
    private static final Set<Suite> WITHOUT_QUESTIONS = EnumSet.of(Suite.Perplexity, Suite.Divergence, Suite.Latency);

    private StageSettings() {}

    public static SortedMap<String, String> of(Stage stage, DistillationRunSpec spec) {
        var all = all(spec);
        all.keySet().removeIf(StageSettings::isWithoutEffect);
        return switch (stage) {
            case Data -> data(all, spec);
            case Feature, Response, Reinforcement -> training(stage, all);
            case Quantization -> {
                var picked = pick(all, "student", "quantization");
                picked.remove("quantization.maxAccuracyLossPercent");
                yield picked;
            }
            case Evaluation ->
                pick(all, MAIN_TEACHER, "student", "evaluation", "gates", "quantization.maxAccuracyLossPercent");
        };
    }

    /** Those of models, data and stages that change nothing of what is made, and may well decide whether it can be. */
    public static SortedMap<String, String> withoutEffect(DistillationRunSpec spec) {
        var all = all(spec);
        all.keySet().removeIf(path -> !isWithoutEffect(path));
        return all;
    }

    /**
     * Of an endpoint, who may ask, how many at once, how patiently and at what price does not change what it answers; nor does how a
     * model or what it computes is held, or under which licence a source is. (Patterns are slow: paths that can match are few.)
     */
    private static boolean isWithoutEffect(String path) {
        return NO_EFFECT.contains(path)
                || path.endsWith(".residency")
                || (path.contains(".endpoint.") && OF_ENDPOINT.matcher(path).matches())
                || (path.endsWith(".license") && LICENSE.matcher(path).matches());
    }

    private static SortedMap<String, String> all(DistillationRunSpec spec) {
        var all = new TreeMap<String, String>();
        flatten("", Json.mapper().valueToTree(spec), all);
        return all;
    }

    /** Suites whose questions the data stage leaves out of the training set: those named, those the run is scored on, and all others whose questions it gives. */
    public static SortedSet<Suite> keptOutOfTraining(DistillationRunSpec spec) {
        var suites = new TreeSet<>(spec.data().decontaminate());
        suites.addAll(spec.evaluation().suites());
        spec.evaluation().data().forEach(data -> suites.add(data.suite()));
        suites.removeAll(WITHOUT_QUESTIONS);
        return suites;
    }

    private static SortedMap<String, String> data(SortedMap<String, String> all, DistillationRunSpec spec) {
        String tokenizer = all.containsKey("student.tokenizer") ? "student.tokenizer" : "student.model";
        var picked = pick(all, "teachers", "routing", "data", "evaluation.data", tokenizer);
        picked.keySet().removeIf(path -> path.startsWith("data.decontaminate["));
        picked.put("data.decontaminate", keptOutOfTraining(spec).toString());
        return picked;
    }

    /** What all training stages share, except where the stage has a setting of the same name: that one holds. */
    private static SortedMap<String, String> training(Stage stage, SortedMap<String, String> all) {
        String own = stage.name().toLowerCase(Locale.ROOT);
        var picked = pick(all, MAIN_TEACHER, "student", "training", own);
        if (stage == Stage.Reinforcement) {
            picked.remove("training.order"); // its prompts have no grades
        }
        picked.keySet()
                .removeIf(path ->
                        path.startsWith("training.") && all.containsKey(own + path.substring(path.indexOf('.'))));
        return picked;
    }

    /** The settings at or below these paths, and those that steer all arithmetic. */
    private static SortedMap<String, String> pick(SortedMap<String, String> all, String... paths) {
        var picked = new TreeMap<>(all);
        picked.keySet()
                .removeIf(name ->
                        !ARITHMETIC.contains(name) && Stream.of(paths).noneMatch(path -> isAtOrBelow(path, name)));
        return picked;
    }

    private static boolean isAtOrBelow(String path, String name) {
        return name.startsWith(path)
                && (name.length() == path.length() || ".[".indexOf(name.charAt(path.length())) >= 0);
    }

    private static void flatten(String path, JsonNode node, SortedMap<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), into));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(path + "[" + i + "]", node.get(i), into);
            }
        } else {
            into.put(path, node.asText());
        }
    }
}
