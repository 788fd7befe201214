package dev.potstill.contract;

import dev.potstill.api.Stage;
import java.nio.file.Path;

/**
 * Where things are in a workspace. A finished output is named by its stage and input digest and never changes; work in progress is
 * in {@code partial/} and renamed when complete.
 *
 * <pre>
 * run.yaml                          the resolved run
 * stages/Feature-1a2b3c4d5e6f/      a finished output: manifest.json (digests), report.json, the stage's files
 * partial/Feature-1a2b3c4d5e6f/     work in progress: checkpoint-000200/, and what is being written
 * cache/                            what may be deleted at any time
 * </pre>
 */
public record WorkspaceLayout(Path root) {

    public Path output(Stage stage, String inputDigest) {
        return root.resolve("stages").resolve(folder(stage, inputDigest));
    }

    public Path partial(Stage stage, String inputDigest) {
        return root.resolve("partial").resolve(folder(stage, inputDigest));
    }

    public Path cache() {
        return root.resolve("cache");
    }

    private static String folder(Stage stage, String inputDigest) {
        return stage + "-" + inputDigest.substring(0, 12);
    }
}
