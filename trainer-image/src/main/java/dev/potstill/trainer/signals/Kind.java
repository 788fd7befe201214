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

    /** Bytes that a sample takes at most, which is in a frame of its own. */
    long bytes(TrainingSet set, int sample) {
        List<List<Integer>> rows = columns.stream()
                .map(column -> List.of(column.rows().of(set, sample)))
                .toList();
        return Frame.bytes(columns, new Frame.Contents(List.of(set.key(sample)), rows));
    }
}
