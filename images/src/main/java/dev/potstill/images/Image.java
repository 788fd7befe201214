package dev.potstill.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An image to be.
 *
 * @param name its full name, tag included
 * @param command what is started; a pod's arguments come after it
 * @param port where it answers
 */
record Image(String name, List<Layer> layers, List<String> command, Map<String, String> environment, int port) {
    /** Nobody's user, as images without a distribution commonly have it. */
    static final String USER = "65532";

    Image {
        layers = List.copyOf(layers);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Writes an OCI archive and gives the digest of the image's manifest. */
    String write(Path archive) throws Exception {
        Path work = Files.createDirectories(archive.resolveSibling("work"));
        return Jib.fromScratch()
                .setPlatforms(Set.of(new Platform("amd64", "linux")))
                .setFormat(ImageFormat.OCI)
                .setFileEntriesLayers(layers.stream().map(Layer::sealed).toArray(FileEntriesLayer[]::new))
                .setEntrypoint(command)
                .setEnvironment(environment)
                .setUser(USER + ":" + USER)
                .setWorkingDirectory(AbsoluteUnixPath.get("/tmp"))
                .setCreationTime(Instant.EPOCH)
                .addExposedPort(Port.tcp(port))
                .addLabel("org.opencontainers.image.title", name.replaceAll(".*/|:.*", ""))
                .containerize(Containerizer.to(TarImage.at(archive).named(name))
                        .setOfflineMode(true)
                        .setToolName("potstill")
                        .setBaseImageLayersCache(work)
                        .setApplicationLayersCache(work))
                .getDigest()
                .toString();
    }
}
