package dev.potstill.trainer.fetch;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Stage;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import dev.potstill.contract.RemotePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A remote location of a run.
 *
 * @param fields where it stands in the manifest, by what it is read as there
 */
record Wanted(String location, SortedMap<Purpose, String> fields) {

    /** All of a run, each once; one that is a model and a tokenizer is the former, one that is several forms of data is all of them. */
    static List<Wanted> of(DistillationRunSpec spec) {
        Map<String, Wanted> all = new LinkedHashMap<>();
        for (int i = 0; i < spec.teachers().size(); i++) {
            add(
                    all,
                    "spec.teachers[%d].model".formatted(i),
                    spec.teachers().get(i).model(),
                    Purpose.Model);
        }
        add(all, "spec.student.model", spec.student().model(), Purpose.Model);
        add(all, "spec.student.tokenizer", spec.student().tokenizer(), Purpose.Tokenizer);
        var sources = spec.data().sources();
        for (int i = 0; i < sources.size(); i++) {
            Purpose purpose = Purpose.of(sources.get(i).format());
            add(all, "spec.data.sources[%d].uri".formatted(i), sources.get(i).uri(), purpose);
        }
        var suites = spec.evaluation().data();
        for (int i = 0; i < suites.size(); i++) {
            add(all, "spec.evaluation.data[%d].uri".formatted(i), suites.get(i).uri(), Purpose.Questions);
        }
        return new ArrayList<>(all.values());
    }

    private static void add(Map<String, Wanted> all, String field, @Nullable String location, Purpose purpose) {
        if (location != null && RemotePath.isFetched(location)) {
            all.merge(
                    location,
                    new Wanted(location, new TreeMap<>(Map.of(purpose, field))),
                    (before, now) -> before.and(now));
        }
    }

    private Wanted and(Wanted other) {
        if (!isData()) {
            return this;
        }
        var both = new TreeMap<>(other.fields);
        both.putAll(fields);
        return new Wanted(location, both);
    }

    boolean isData() {
        return fields.firstKey().isData();
    }

    /** What it is read as, in a word. */
    String reading() {
        return fields.keySet().stream().map(Purpose::name).collect(Collectors.joining("+"));
    }

    String field() {
        return Objects.requireNonNull(fields.get(fields.firstKey()));
    }

    /** The same as it is read for one purpose. */
    Wanted as(Purpose purpose) {
        return new Wanted(location, new TreeMap<>(Map.of(purpose, Objects.requireNonNull(fields.get(purpose)))));
    }

    /** Every stage looks at the models; only these at data. */
    boolean isReadBy(Stage stage) {
        return fields.keySet().stream().anyMatch(purpose -> isReadBy(purpose, stage));
    }

    private static boolean isReadBy(Purpose purpose, Stage stage) {
        return switch (purpose) {
            case Model, Tokenizer -> true;
            case Lines, Parquet, Text -> stage == Stage.Data;
            case Questions -> stage == Stage.Data || stage == Stage.Evaluation;
        };
    }

    Problem rejected(String found, String whatToDo) {
        return Problem.rejected("%s: %s %s. %s".formatted(field(), location, found, whatToDo));
    }

    Problem unavailable(String found, String whatToDo) {
        return new Problem(
                ExitCode.LOCATION_UNAVAILABLE, "%s: %s %s. %s".formatted(field(), location, found, whatToDo));
    }
}
