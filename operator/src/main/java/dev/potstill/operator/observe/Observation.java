package dev.potstill.operator.observe;

import dev.potstill.api.Stage;
import dev.potstill.operator.run.Run;
import dev.potstill.pipeline.Situation;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that was seen of a run.
 *
 * @param situation what decisions rest on
 * @param journal the attempts behind it
 * @param volume that outputs and checkpoints are on
 * @param settings by stage, what a Job of it is made for; a stage whose upstream is not made is missing
 * @param worked by stage, how long all attempts that ended have
 */
public record Observation(
        Situation situation, Journal journal, Volume volume, Map<Stage, String> settings, Map<Stage, Worked> worked) {

    public Observation {
        settings = new TreeMap<>(settings);
        worked = new TreeMap<>(worked);
    }

    public Optional<String> settings(Stage stage) {
        return Optional.ofNullable(settings.get(stage));
    }

    /** A run keeps the trainer that it began with: another would make everything anew. */
    public Optional<String> image(Run run) {
        return journal.image().or(() -> run.before().flatMap(status -> Optional.ofNullable(status.trainerImage())));
    }

    public Worked worked(Stage stage) {
        return worked.getOrDefault(stage, Worked.NOTHING);
    }
}
