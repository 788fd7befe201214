package dev.potstill.api;

import java.util.List;

/** What the models are scored on. */
public record Evaluation(List<Suite> suites, List<Model> compareWith, Integer maxSamples, List<SuiteData> data) {

    /** What the student is compared with. */
    public enum Model {
        Teacher,
        Start
    }

    /** Where a suite's questions are read from, for suites that do not ship with the trainer. */
    public record SuiteData(Suite suite, String uri) {}
}
