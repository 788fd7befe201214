package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code manifest.json} of a finished output.
 *
 * @param inputDigest what it was made from, as one digest
 * @param input what it was made from, by component
 * @param files every file but this one, by its name relative to the output
 * @param outputDigest of all files but those that only tell of the others: the report, whose times differ from run to run, and the
 *     data card, whose costs follow prices
 */
record OutputManifest(
        Stage stage,
        String inputDigest,
        SortedMap<String, String> input,
        SortedMap<String, FileDigest> files,
        String outputDigest) {
    static final String NAME = "manifest.json";

    OutputManifest {
        input = new TreeMap<>(input);
        files = new TreeMap<>(files);
    }

    record FileDigest(String sha256, long bytes) {}

    static String outputDigest(SortedMap<String, FileDigest> files) {
        var digests = new TreeMap<String, String>();
        files.forEach((name, file) -> digests.put(name, file.sha256));
        digests.remove(StageReport.NAME);
        digests.remove(DataCard.NAME);
        return Sha256.of(digests);
    }
}
