package dev.potstill.pipeline;

import dev.potstill.api.Stage;
import dev.potstill.pipeline.World.Event;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What may befall a run: some stages and a script of events, drawn at random from fixed seeds. */
final class Scripts {
    private static final int COUNT = 500;
    private static final int LONGEST = 40;

    private Scripts() {}

    static Stream<Arguments> random() {
        return IntStream.range(0, COUNT).mapToObj(seed -> {
            var random = new SplittableRandom(seed);
            return Arguments.of(stages(random), events(random));
        });
    }

    private static Set<Stage> stages(SplittableRandom random) {
        int chosen = 1 + random.nextInt((1 << Stage.values().length) - 1);
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        for (Stage stage : Stage.values()) {
            if ((chosen >> stage.ordinal() & 1) == 1) {
                stages.add(stage);
            }
        }
        return stages;
    }

    private static List<Event> events(SplittableRandom random) {
        List<Event> events = new ArrayList<>();
        int count = random.nextInt(LONGEST + 1);
        for (int i = 0; i < count; i++) {
            events.add(Event.values()[random.nextInt(Event.values().length)]);
        }
        return events;
    }
}
