package dev.potstill.operator.run;

import dev.potstill.contract.ClaimPath;
import dev.potstill.contract.ImagePath;
import dev.potstill.manifest.Manifest;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The volumes that a run's locations name, and where its trainers find them: {@code pvc://CLAIM/PATH} and {@code oci://IMAGE/PATH}.
 *
 * @param inPod the run with paths in the pod in their place
 * @param mounted claims, but for the workspace's
 */
public record Claims(Manifest inPod, SortedSet<String> mounted, SortedSet<String> images) {
    public static final Path WORKSPACE = Path.of("/workspace");
    private static final Path FOLDER = Path.of("/claims");
    private static final Path IMAGES = Path.of("/images");

    public static Claims of(Run run) {
        var mounted = new TreeSet<String>();
        var images = new TreeSet<String>();
        var inPod = run.manifest()
                .relocated(location -> ClaimPath.of(location)
                        .map(found -> claim(run, found, mounted))
                        .or(() -> ImagePath.of(location).map(found -> {
                            images.add(found.image());
                            return image(found.image()).resolve(found.path());
                        }))
                        .map(Path::toString)
                        .orElse(location));
        return new Claims(inPod, mounted, images);
    }

    private static Path claim(Run run, ClaimPath found, SortedSet<String> mounted) {
        if (found.claim().equals(Names.workspace(run))) {
            return WORKSPACE.resolve(found.path());
        }
        mounted.add(found.claim());
        return folder(found.claim()).resolve(found.path());
    }

    /** Where an image is mounted, read-only; its own name has characters that no path in a manifest may have. */
    public static Path image(String image) {
        return IMAGES.resolve(Names.brief(image));
    }

    /** Where one is mounted, read-only. */
    public static Path folder(String claim) {
        return FOLDER.resolve(claim);
    }
}
