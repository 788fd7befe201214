package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Routing;
import dev.potstill.api.Teacher;
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

/** Memory of the data stage. Its teachers are open one at a time, each as a whole; one behind an endpoint takes none. */
record DataForecast(Shapes shapes, boolean least) {
    /** Places that a teacher fills at once. */
    private static final long PLACES = 1 << 14;

    Phases phases() {
        Phases phases = new Phases();
        IntStream.range(0, spec().teachers().size())
                .filter(this::isOpened)
                .forEach(teacher -> phases.working(open(teacher)));
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

    private boolean isOpened(int index) {
        Teacher teacher = spec().teachers().get(index);
        boolean grades = index == 0;
        return teacher.endpoint() == null && (grades || rates(teacher) || answers(teacher));
    }

    /** Whether it says how hard the prompts are. */
    private boolean rates(Teacher teacher) {
        Routing routing = spec().routing();
        return routing != null
                && routing.policy() == Routing.Policy.Perplexity
                && routing.easy().equals(teacher.name());
    }

    /** Whether there may be prompts for it. */
    private boolean answers(Teacher teacher) {
        if (spec().data().augmentation().answersPerPrompt() == 0) {
            return false;
        }
        Routing routing = spec().routing();
        if (routing == null) {
            return teacher.name().equals(spec().teachers().getFirst().name());
        }
        return routing.easy().equals(teacher.name()) && routing.hardPercent() < 100
                || routing.hard().equals(teacher.name()) && routing.hardPercent() > 0;
    }

    private Parts open(int index) {
        ModelSize teacher = size(index);
        long places = least ? 1 : PLACES;
        boolean answers = answers(spec().teachers().get(index));
        return new Parts()
                .and(part(spec(), index), teacher.weights())
                .and("activations", teacher.passing(Batch.atMost(1, places)))
                .and("cache of keys and values", answers ? teacher.cache(places) : 0)
                .and("head", teacher.head(places));
    }

    private ModelSize size(int index) {
        if (index == 0) {
            return shapes.teacher().orElseThrow().whole();
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
