package dev.potstill.trainer.weights;

import dev.potstill.contract.Problem;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Set;

/** The tensors of a model file, by their Hugging Face names. What {@link #get} returns is valid until {@link #close}. */
public interface Weights extends AutoCloseable {

    Path origin();

    /** In the order of the file. */
    Set<String> names();

    /** The tensor of this name; a {@link Problem} that names the file and the tensor when there is none. */
    TensorEntry get(String name);

    /** The same; where it is stored in another form, decoded into memory of {@code decoded} and gone with that. */
    default TensorEntry get(String name, Arena decoded) {
        return get(name);
    }

    /** Bytes of the files that these are read from. */
    long fileBytes();

    /** Gives back the memory that pages of mapped files take: what is read again comes from the file. */
    void unload();

    @Override
    void close();

    /** What to throw where a tensor is asked for that {@code weights} does not have. */
    static Problem missing(Weights weights, String name) {
        return Problem.rejected("%s: tensor %s not found among its %d tensors; expected it from the model's config"
                .formatted(weights.origin(), name, weights.names().size()));
    }
}
