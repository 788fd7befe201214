package dev.potstill.pipeline;

import dev.potstill.api.Score;
import dev.potstill.api.Stage;
import dev.potstill.pipeline.Standing.Finished;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A run's stages in the order they run, each with how it stands. */
public record Plan(List<Planned> stages) {

    public record Planned(Stage stage, Standing standing) {
        public boolean finished() {
            return standing instanceof Finished;
        }
    }

    public Plan {
        stages = List.copyOf(stages);
        for (int i = 1; i < stages.size(); i++) {
            if (stages.get(i - 1).stage().compareTo(stages.get(i).stage()) >= 0) {
                throw new IllegalArgumentException("stages out of order: " + stages);
            }
        }
    }

    /** The stage to run next. */
    public Optional<Stage> next() {
        return stages.stream()
                .filter(planned -> !planned.finished())
                .map(Planned::stage)
                .findFirst();
    }

    /** How far the run is: the stage to run next, or the last one when all are done. */
    public Optional<Stage> reached() {
        return next().or(() -> stages.isEmpty()
                ? Optional.empty()
                : Optional.of(stages.getLast().stage()));
    }

    /** What the models scored, once the evaluation is done. */
    public List<Score> scores() {
        return stages.stream()
                .flatMap(planned ->
                        planned.standing() instanceof Finished made ? made.report().scores().stream() : Stream.empty())
                .toList();
    }

    public boolean isFinished(Stage stage) {
        return stages.stream().anyMatch(planned -> planned.stage() == stage && planned.finished());
    }
}
