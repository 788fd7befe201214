package dev.potstill.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What the models are scored on. */
public record Evaluation(
        @JsonPropertyDescription("Benchmarks to score the models on.")
        @Default("[\"Perplexity\", \"Divergence\"]")
        @Size(min = 1, max = 10)
        List<Suite> suites,

        @JsonPropertyDescription("Models that are scored beside the student.")
        @Default("[\"Teacher\", \"Start\"]")
        @Size(max = 2)
        List<Model> compareWith,

        @JsonPropertyDescription("Questions of a suite at most.") @Default("500") @Min(1) @Max(1_000_000)
        Integer maxSamples,

        @JsonPropertyDescription("Where the questions of suites are read from that do not ship with the trainer.")
        @Size(max = 10)
        List<SuiteData> data,

        @JsonPropertyDescription("Pods that share the scoring in a cluster: models and suites are dealt out among them."
                + " On one machine it is one process, whatever this says.")
        @Default("1")
        @Min(1)
        @Max(64)
        Integer shards) {

    public Evaluation {
        suites = List.copyOf(suites);
        compareWith = List.copyOf(compareWith);
        data = List.copyOf(data);
    }

    /** What the student is compared with. */
    public enum Model {
        Teacher,
        Start
    }

    /** Where a suite's questions are read from, for suites that do not ship with the trainer. */
    public record SuiteData(
            @JsonPropertyDescription("The benchmark.") @Required
            Suite suite,

            @JsonPropertyDescription("A file or folder with its questions.")
            @Required
            @Pattern(Form.LOCATION)
            @Size(min = 1, max = 1024)
            String uri) {}
}
