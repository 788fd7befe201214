package dev.potstill.trainer.model;

/**
 * Memory of a layer's arithmetic for each token, in bytes: counted from what its script computes, not measured.
 *
 * @param arithmetic of the model
 * @param adapters on its linear layers
 * @param padding places of the padded batch for each token: attention pads, linear layers do not
 */
public record LayerMemory(Block block, Arithmetic arithmetic, Adapters adapters, double padding) {

    /** Values that go into the output projection: heads times their size. */
    private long heads() {
        return block.weights().stream()
                .filter(weight -> weight.module().equals(Block.OUT))
                .mapToLong(weight -> weight.shape().get(1))
                .findFirst()
                .orElse(block.width());
    }

    /**
     * What is kept for the gradient: the inputs of both norms and of all linear layers, queries, keys and values by head and padded,
     * what attention made of them, and the three tensors of the feed-forward part.
     *
     * @param ownWeights whether the layer's own weights are trained
     */
    public long kept(boolean ownWeights) {
        double width = block.width();
        double attention = heads() * (4 * padding + (padding > 1 ? 1 : 0));
        double inner = 4.0 * block.feedForward().inner();
        long carriers = block.weights().stream().filter(adapters::on).count();
        double elements = 4 * width + attention + inner + (double) adapters.rank() * carriers;
        // Norms are computed in fp32.
        double bytes = elements * computed() + 2 * width * (Float.BYTES - computed());
        return (long) (bytes + (ownWeights ? 2 * width * Float.BYTES : 0));
    }

    /** What is there at once while tokens pass the layer and nothing is kept. */
    public long passing() {
        double feedForward = 3.0 * block.feedForward().inner() + 3.0 * block.width();
        double attention = 4.0 * heads() * (1 + padding) + 2.0 * block.width();
        return (long) (Math.max(feedForward, attention) * computed());
    }

    /** What is there at once, beside what is kept, while gradients pass. */
    public long returning() {
        return (long) ((3.0 * block.feedForward().inner() + 3.0 * block.width()) * computed());
    }

    /** What a token leaves in the cache of keys and values. */
    public long cached() {
        return block.attention().cache().elements() * arithmetic.held().bytes();
    }

    /** Bytes of a value that is computed. */
    private int computed() {
        return arithmetic.computed().bytes();
    }
}
