package dev.potstill.operator.run;

import dev.potstill.contract.ClaimPath;
import dev.potstill.manifest.Manifest;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** The volumes that a run's locations name, and where its trainers find them: {@code pvc://CLAIM/PATH}. */
public record Claims(Manifest inPod, SortedSet<String> mounted) {
    public static final Path WORKSPACE = Path.of("/workspace");
    private static final Path FOLDER = Path.of("/claims");

    public static Claims of(Run run) {
        var mounted = new TreeSet<String>();
        var inPod = run.manifest()
                .relocated(location -> ClaimPath.of(location)
                        .map(found -> {
                            if (found.claim().equals(Names.workspace(run))) {
                                return WORKSPACE.resolve(found.path()).toString();
                            }
                            mounted.add(found.claim());
                            return folder(found.claim()).resolve(found.path()).toString();
                        })
                        .orElse(location));
        return new Claims(inPod, mounted);
    }

    /** Where one is mounted, read-only. */
    public static Path folder(String claim) {
        return FOLDER.resolve(claim);
    }
}
