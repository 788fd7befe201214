package dev.potstill.trainer.data;

import dev.potstill.api.Data;
import dev.potstill.api.Data.Languages;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the user should know of the data but need not mend; {@link NothingLeft} is for what must be mended.
 *
 * @param told of each, a line
 */
record DataWarnings(Data data, Consumer<String> told) {

    /** @param silent the sources without a row */
    void afterCollecting(Phase collected, List<Integer> silent) {
        boolean any = collected.tally().get(Collection.COLLECTED) > 0;
        if (any && SetAside.of(collected).openings().isEmpty()) {
            told.accept(
                    "spec.data.heldOut: found that all conversations open alike, so that none is set aside, expected different ones; what is measured on held-out rows has nothing to go by");
        }
        for (int source : silent) {
            told.accept(
                    "spec.data.sources[%d].uri: found no rows in %s, expected at least one; of a folder, the files in it are read and not the folders below it"
                            .formatted(source, data.sources().get(source).uri()));
        }
    }

    void afterAnswering(Allotment allotment, Tally answered) {
        if (allotment.binds()) {
            told.accept(
                    "spec.data.augmentation.maxSamples: found %d, but %d answers are wanted to %d prompts, at most %d each; they are asked for evenly over all prompts, as far as it goes. Raise it, or lower samplesPerPrompt"
                            .formatted(allotment.most(), allotment.wanted(), allotment.prompts(), allotment.samples()));
        }
        long unasked = answered.get(Answering.UNASKED);
        if (unasked > 0) {
            told.accept(
                    "spec.data.augmentation.tokenBudget: the %d tokens do not suffice, and %d of %d answers were not asked for; the set is made of what there is"
                            .formatted(
                                    data.augmentation().tokenBudget(),
                                    unasked,
                                    unasked + answered.get(Sorting.SAMPLED)));
        }
    }

    void afterMixing(Languages wanted, Tally mixed) {
        Mixing.warning(wanted, mixed).ifPresent(told);
    }
}
