package dev.potstill.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be distilled into what, on which data, by which stages. Fields left out take the method's values. */
public record DistillationRunSpec(
        List<Teacher> teachers,
        @Nullable Routing routing,
        Student student,
        Data data,
        List<Stage> stages,
        Training training,
        Feature feature,
        Response response,
        Reinforcement reinforcement,
        Evaluation evaluation,
        Quantization quantization,
        List<Gate> gates,
        Workspace workspace,
        Checkpoint checkpoint,
        Scheduling scheduling,
        Execution execution,
        Boolean suspend,
        @Nullable Integer ttlSecondsAfterFinished) {}
