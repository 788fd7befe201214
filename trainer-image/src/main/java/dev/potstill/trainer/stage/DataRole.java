package dev.potstill.trainer.stage;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.api.Routing;
import dev.potstill.api.Teacher;

/**
 * What a teacher is there for in the data stage.
 *
 * @param index its place among all; the first says how hard all answers are
 */
record DataRole(DistillationRunSpec spec, int index) {
    private Teacher teacher() {
        return spec.teachers().get(index);
    }

    private boolean grades() {
        return index == 0;
    }

    /** Whether it says how hard the prompts are. */
    boolean rates() {
        Routing routing = spec.routing();
        return routing != null
                && routing.policy() == Routing.Policy.Perplexity
                && routing.easy().equals(teacher().name());
    }

    /** Whether there may be prompts for it. */
    boolean answers() {
        if (spec.data().augmentation().answersPerPrompt() == 0) {
            return false;
        }
        Routing routing = spec.routing();
        if (routing == null) {
            return index == 0;
        }
        String name = teacher().name();
        return routing.easy().equals(name) && routing.hardPercent() < 100
                || routing.hard().equals(name) && routing.hardPercent() > 0;
    }

    /** Whether it does nothing else: then a large one may be read layer by layer. */
    boolean onlyGrades() {
        return grades() && !rates() && !answers();
    }

    /** Whether it is opened in this process. */
    boolean isOpened() {
        return teacher().endpoint() == null && (grades() || rates() || answers());
    }
}
