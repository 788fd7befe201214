package dev.potstill.trainer.stage;

import dev.potstill.api.Training.ActivationCheckpointing;
import dev.potstill.trainer.estimate.Batch;
import dev.potstill.trainer.estimate.ModelSize;
import dev.potstill.trainer.estimate.Trained;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.ModelConfig;

/**
 * The layers of the student that a stage trains.
 *
 * @param from the first
 * @param to the one after the last
 * @param adapted whether adapters are trained, and not the layers' own weights
 */
record LearnedPart(Shapes shapes, int from, int to, boolean adapted) {
    /** Of what a step makes, the share that counts where layers are computed again: they are made and freed one by one. */
    private static final double AGAIN = 0.8;

    /** The same where weights are widened. Both are measured: docs/planning.md. */
    private static final double AGAIN_WIDENED = 0.63;

    /** What the feature stage trains. */
    static LearnedPart ofAll(Shapes shapes) {
        return new LearnedPart(shapes, 0, shapes.depth(), shapes.isLora());
    }

    /** What later stages train: so many of the last layers, or all for 0. */
    static LearnedPart ofLast(Shapes shapes, int unfrozen) {
        ModelConfig student = shapes.student().config();
        return new LearnedPart(shapes, student.frozenBelow(unfrozen), student.layers(), shapes.keepsAdapter());
    }

    private ModelSize student() {
        return shapes.student();
    }

    private Adapters adapters() {
        return adapted ? shapes.adapters() : Adapters.NONE;
    }

    private boolean isComputedAgain() {
        return student().isWidened()
                || shapes.context().spec().training().activationCheckpointing() == ActivationCheckpointing.Full;
    }

    Trained trained() {
        return adapted
                ? Trained.adapters(student().config(), student().type(), adapters(), from, to)
                : Trained.layers(student().config(), student().type(), from, to);
    }

    /** Bytes that a step keeps of a batch for the way back. */
    long kept(Batch batch) {
        return isComputedAgain()
                ? student().recomputed(from, to, batch, adapters(), !adapted)
                : student().kept(from, to, batch, adapters(), !adapted);
    }

    /** Bytes that a step makes of a batch, as far as they leave room between them when they are freed. */
    long made(Batch batch) {
        long all = student().kept(from, to, batch, adapters(), !adapted);
        if (student().isWidened()) {
            return (long) (AGAIN_WIDENED * all);
        }
        return isComputedAgain() ? (long) (AGAIN * all) : all;
    }
}
