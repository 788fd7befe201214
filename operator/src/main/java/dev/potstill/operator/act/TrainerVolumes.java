package dev.potstill.operator.act;

import dev.potstill.operator.run.Claims;
import dev.potstill.operator.run.Names;
import dev.potstill.operator.run.Run;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a trainer's pod mounts: the run to read, the workspace to write to, an empty folder, and other claims and images for reading.
 *
 * @param others the claims and images that its locations name
 * @param config the name of the ConfigMap that holds the run
 */
record TrainerVolumes(Run run, Claims others, String config) {
    /** Where the run is. */
    static final Path RUN = Path.of("/run/potstill");

    private static final String NAME = "run";
    private static final String WORKSPACE = "workspace";
    private static final String TEMPORARY = "tmp";

    List<Volume> volumes() {
        var own = Stream.of(
                new VolumeBuilder()
                        .withName(NAME)
                        .withNewConfigMap()
                        .withName(config)
                        .endConfigMap()
                        .build(),
                new VolumeBuilder()
                        .withName(WORKSPACE)
                        .withNewPersistentVolumeClaim(Names.workspace(run), null)
                        .build(),
                new VolumeBuilder()
                        .withName(TEMPORARY)
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .build());
        var others = Stream.concat(claims().map(TrainerVolumes::volume), images().map(TrainerVolumes::image));
        return Stream.concat(own, others).toList();
    }

    List<VolumeMount> mounts() {
        var own = Stream.of(
                mount(NAME, RUN).withReadOnly(true).build(),
                mount(WORKSPACE, Claims.WORKSPACE).build(),
                mount(TEMPORARY, Path.of("/tmp")).build());
        var claims = claims().map(claim -> mount(name(claim), Claims.folder(claim)));
        var images = images().map(image -> mount(imageName(image), Claims.image(image)));
        var others = Stream.concat(claims, images)
                .map(mount -> mount.withReadOnly(true).build());
        return Stream.concat(own, others).toList();
    }

    /** Those that models and data are on, besides the run's own. */
    private Stream<String> claims() {
        return others.mounted().stream();
    }

    /** Those that models and data are in. */
    private Stream<String> images() {
        return others.images().stream();
    }

    private static Volume image(String image) {
        return new VolumeBuilder()
                .withName(imageName(image))
                .withNewImage()
                .withReference(image)
                .endImage()
                .build();
    }

    private static Volume volume(String claim) {
        return new VolumeBuilder()
                .withName(name(claim))
                .withNewPersistentVolumeClaim(claim, true)
                .build();
    }

    private static VolumeMountBuilder mount(String name, Path folder) {
        return new VolumeMountBuilder().withName(name).withMountPath(folder.toString());
    }

    /** A claim may have a longer name than a pod's volume, and dots in it. */
    private static String name(String claim) {
        return "claim-" + Names.brief(claim);
    }

    private static String imageName(String image) {
        return "image-" + Names.brief(image);
    }
}
