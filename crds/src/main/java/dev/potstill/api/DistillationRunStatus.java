package dev.potstill.api;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has come of a run. */
public record DistillationRunStatus(
        @Nullable Long observedGeneration,
        @Nullable Stage stage,
        @Nullable String summary,
        List<Condition> conditions,
        List<StageStatus> stages,
        List<Score> scores) {}
