package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Parts;
import dev.potstill.trainer.estimate.Phases;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Memory of the data stage. Its teachers are open one at a time, each as a whole but a streamed one that only grades; one behind an
 * endpoint takes none.
 */
record DataForecast(Shapes shapes, boolean least) {
    /** Places that a teacher fills at once. */
    private static final long PLACES = 1 << 14;

    Phases phases() {
        Phases phases = new Phases();
        IntStream.range(0, spec().teachers().size())
                .filter(teacher -> role(teacher).isOpened())
                .forEach(teacher -> open(teacher, phases));
        return phases;
    }

    /** The place of the teacher other than the main one whose weights are among these parts. */
    static OptionalInt routed(DistillationRunSpec spec, Set<String> parts) {
        return IntStream.range(1, spec.teachers().size())
                .filter(teacher -> parts.contains(part(spec, teacher)))
                .findFirst();
    }

    /** What a teacher's weights are called, by its place among all. */
    private static String part(DistillationRunSpec spec, int teacher) {
        return teacher == 0
                ? "teacher"
                : "teacher " + spec.teachers().get(teacher).name();
    }

    private DataRole role(int index) {
        return new DataRole(spec(), index);
    }

    private void open(int index, Phases phases) {
        ModelSize teacher = size(index);
        if (teacher.streamed()) {
            phases.and(Forecast.reading(teacher, least, 0).and("head", teacher.head(Forecast.READ_TOKENS)));
            return;
        }
        long places = least ? 1 : PLACES;
        phases.working(new Parts()
                .and(part(spec(), index), teacher.weights())
                .and("activations", teacher.passing(Batch.atMost(1, places)))
                .and("cache of keys and values", role(index).answers() ? teacher.cache(places) : 0)
                .and("head", teacher.head(places)));
    }

    private ModelSize size(int index) {
        if (index == 0) {
            ModelSize main = shapes.teacher().orElseThrow();
            return role(0).onlyGrades() ? main : main.whole();
        }
        Models models = new Models(shapes.context());
        ElementType type = models.type();
        try (ModelFiles files = models.teacherFiles(index)) {
            return new ModelSize(ModelConfig.of(files), type, ModelSize.converted(files, type), false);
        }
    }

    private DistillationRunSpec spec() {
        return shapes.context().spec();
    }
}
