package dev.potstill.trainer.signals;

import dev.potstill.trainer.train.TrainingSet;
import java.util.List;

/**
 * One kind of signal, as one source computes it.
 *
 * @param name for people who look into the cache
 * @param identity digest of everything the signals depend on beside a sample's tokens
 * @param columns what is kept of each sample
 */
public record Kind(String name, String identity, List<Column> columns) {

    public Kind {
        columns = List.copyOf(columns);
    }

    /** The folder that holds it. */
    String folder() {
        return name + "-" + identity.substring(0, 16);
    }

    /** Bytes of a sample's rows. */
    long bytes(TrainingSet set, int sample) {
        return columns.stream()
                .mapToLong(column -> column.rows().of(set, sample) * column.rowBytes())
                .sum();
    }
}
