package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where things are in a workspace. A finished output is named by its stage and input digest and never changes; work in progress is
 * in {@code partial/} and renamed when complete.
 *
 * <pre>
 * run.yaml                          the resolved run
 * stages/Feature-1a2b3c4d5e6f/      a finished output: manifest.json (digests), report.json, the stage's files
 * partial/Feature-1a2b3c4d5e6f/     work in progress: checkpoint-000200/, and out/, which becomes the output
 * pins/NAME.json                    what a run's remote locations were when it first looked them up
 * cache/                            what may be deleted at any time
 * logs/                             what the trainer printed, a file a stage, and its last termination message
 * locks/                            who is at work here
 * </pre>
 */
public record WorkspaceLayout(Path root) {
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{6,9})");

    public Path run() {
        return root.resolve("run.yaml");
    }

    public Path outputs() {
        return root.resolve("stages");
    }

    public Path output(Stage stage, String inputDigest) {
        return outputs().resolve(folder(stage, inputDigest));
    }

    public Path partial(Stage stage, String inputDigest) {
        return root.resolve("partial").resolve(folder(stage, inputDigest));
    }

    /** What becomes the output when complete. */
    public Path unsealed(Stage stage, String inputDigest) {
        return partial(stage, inputDigest).resolve("out");
    }

    public Path checkpoint(Stage stage, String inputDigest, int step) {
        return partial(stage, inputDigest).resolve("checkpoint-%06d".formatted(step));
    }

    /** The step of the newest checkpoint, if any. A checkpoint has its name only once it is complete. */
    public OptionalInt lastCheckpointStep(Stage stage, String inputDigest) {
        String[] names = partial(stage, inputDigest).toFile().list();
        return names == null
                ? OptionalInt.empty()
                : Arrays.stream(names)
                        .map(CHECKPOINT::matcher)
                        .filter(Matcher::matches)
                        .mapToInt(name -> Integer.parseInt(name.group(1)))
                        .max();
    }

    public Path cache() {
        return root.resolve("cache");
    }

    /** Of the run of this name; several may share a workspace. */
    public Path pins(String run) {
        return root.resolve("pins").resolve(run + ".json");
    }

    /** What is fetched, where no place is named that more workspaces share. */
    public Path fetched() {
        return cache().resolve("fetched");
    }

    public Path log(Stage stage) {
        return root.resolve("logs").resolve(stage + ".log");
    }

    public Path terminationLog(Stage stage) {
        return root.resolve("logs").resolve(stage + ".termination.json");
    }

    public Path lock(String holder) {
        return root.resolve("locks").resolve(holder);
    }

    public Path reportPage() {
        return root.resolve("report.html");
    }

    private static String folder(Stage stage, String inputDigest) {
        return stage + "-" + inputDigest.substring(0, 12);
    }
}
