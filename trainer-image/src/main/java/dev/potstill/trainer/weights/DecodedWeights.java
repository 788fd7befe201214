package dev.potstill.trainer.weights;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Weights of which some are stored in another form than they are asked for in. */
abstract class DecodedWeights implements Weights {
    private final Weights stored;
    private final Set<String> names;
    private final Arena arena = Arena.ofShared();
    private final Map<String, TensorEntry> kept = new HashMap<>();

    @SuppressWarnings("MustBeClosedChecker") // closed by close
    DecodedWeights(Weights stored, Set<String> names) {
        this.stored = stored;
        this.names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /** Whether this tensor is handed out as stored. */
    abstract boolean isPlain(String name);

    abstract TensorEntry decode(String name, Arena into);

    final Weights stored() {
        return stored;
    }

    @Override
    public final Path origin() {
        return stored.origin();
    }

    @Override
    public final Set<String> names() {
        return names;
    }

    /** Decoded when first asked for, and kept. */
    @Override
    public final synchronized TensorEntry get(String name) {
        return isPlain(name) ? stored.get(name) : kept.computeIfAbsent(name, any -> decode(name, arena));
    }

    @Override
    public final TensorEntry get(String name, Arena decoded) {
        return isPlain(name) ? stored.get(name) : decode(name, decoded);
    }

    @Override
    public final long fileBytes() {
        return stored.fileBytes();
    }

    @Override
    public final void unload() {
        stored.unload();
    }

    @Override
    public final void close() {
        arena.close();
        stored.close();
    }
}
