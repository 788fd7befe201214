package dev.potstill.trainer.estimate;

import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.Arithmetic;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LayerMemory;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Weight;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.nio.file.Files;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * A model's memory.
 *
 * @param config its shape
 * @param type in which its weights are held
 * @param read bytes of its file that are read and converted; 0 where the weights are mapped as they are
 * @param streamed whether one layer is in memory at a time
 */
public record ModelSize(ModelConfig config, ElementType type, long read, boolean streamed) {
    /**
     * The program and what the C library holds free while models read, but for code and pages of files, which the system can take
     * back, as those of {@link Phases} are not. Measured.
     */
    private static final long UNRECLAIMABLE_PROGRAM = 280L << 20;

    /** Bytes of a model's file that is read and converted, and not mapped as it is. */
    public static long converted(ModelFiles files, ElementType type) {
        boolean mapped = !Files.isRegularFile(files.origin())
                && files.weights().get("model.norm.weight").type() == type;
        return mapped ? 0 : files.weights().fileBytes();
    }

    private Arithmetic arithmetic() {
        return Arithmetic.here(type);
    }

    /** Whether its weights are widened to be computed with. */
    public boolean isWidened() {
        return arithmetic().widens();
    }

    /** The same model, opened as a whole. */
    public ModelSize whole() {
        return new ModelSize(config, type, read, false);
    }

    /** The weights, and the pages of a file that they are converted from; of a streamed model one weight at a time is converted. */
    public long weights() {
        return held() + (streamed && read > 0 ? largestWeight() * Float.BYTES : read);
    }

    private long largestWeight() {
        return Math.max((long) config.vocabulary() * config.width(), largestLayerWeight());
    }

    private long largestLayerWeight() {
        return config.blocks().stream()
                .flatMap(block -> block.weights().stream())
                .mapToLong(Weight::elements)
                .max()
                .orElse(0);
    }

    /** The weights of a model that is open and that nothing passes: none where they are mapped, for they are read when they are used. */
    public long idle() {
        return read == 0 ? 0 : held();
    }

    /** The weights of a model whose first layers nothing passes any more. */
    public long heldAbove(int layer) {
        return read == 0 ? held() - config.parameters(layer) * type.bytes() : held();
    }

    /** The weights. */
    public long held() {
        if (streamed) {
            long ends = (long) config.vocabulary() * config.width() * (config.tied() ? 1 : 2);
            return (ends + 2 * config.largestLayer()) * type.bytes();
        }
        return config.parameters() * type.bytes();
    }

    /**
     * Tokens that can be put through a streamed model together, batch by batch: as many as the memory holds beside the program, what
     * of the model is there at a time, and what a batch takes on its way through a layer and the head.
     *
     * @param memory bytes in all
     * @param batchTokens of a batch
     * @param tokenBytes what is held of each token meanwhile
     */
    public long blockTokens(long memory, long batchTokens, long tokenBytes) {
        long taken = UNRECLAIMABLE_PROGRAM + weights() + passing(Batch.atMost(1, batchTokens)) + head(batchTokens);
        return Math.max(batchTokens, (memory - taken) / tokenBytes);
    }

    private long sum(int from, int to, Batch batch, Adapters adapters, ToLongFunction<LayerMemory> of) {
        return IntStream.range(from, to)
                .mapToLong(l -> of.applyAsLong(
                        new LayerMemory(config.blocks().get(l), arithmetic(), adapters, batch.padding())))
                .sum();
    }

    private long max(Batch batch, ToLongFunction<LayerMemory> of) {
        return config.blocks().stream()
                .mapToLong(
                        block -> of.applyAsLong(new LayerMemory(block, arithmetic(), Adapters.NONE, batch.padding())))
                .max()
                .orElse(0);
    }

    /** What is kept of a batch where layers from..to keep their input alone, and one at a time is computed again. */
    public long recomputed(int from, int to, Batch batch, Adapters adapters, boolean ownWeights) {
        long inputs = batch.tokens() * (to - from) * (long) config.width() * type.bytes();
        long widened = isWidened() ? config.largestLayer() * Float.BYTES : 0;
        return inputs + (to > from ? widened + kept(to - 1, to, batch, adapters, ownWeights) : 0);
    }

    /** What layers from..to keep of a batch, and what passes back through one of them. */
    public long kept(int from, int to, Batch batch, Adapters adapters, boolean ownWeights) {
        long kept = sum(from, to, batch, adapters, layer -> layer.kept(ownWeights));
        return batch.tokens() * (kept + max(batch, LayerMemory::returning));
    }

    /** What is there of a batch that passes with nothing kept. */
    public long passing(Batch batch) {
        long widened = isWidened() ? largestLayerWeight() * Float.BYTES : 0;
        return widened + batch.tokens() * max(batch, LayerMemory::passing);
    }

    /** Keys and values of so many places. */
    public long cache(long places) {
        return places * sum(0, config.layers(), Batch.atMost(1, 1), Adapters.NONE, LayerMemory::cached);
    }

    /** A chunk of the logits of so many tokens, and what a loss or a reader makes of it. */
    public long head(long tokens) {
        return HeadChunks.bytes(config.vocabulary(), tokens);
    }
}
