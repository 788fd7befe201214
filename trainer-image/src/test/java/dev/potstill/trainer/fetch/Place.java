package dev.potstill.trainer.fetch;

import dev.potstill.api.Stage;
import dev.potstill.contract.Pins;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.endpoint.Backoff;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Where a test fetches to: a run's workspace and a cache. */
final class Place {
    final Path folder;
    final WorkspaceLayout workspace;
    final ProgressBoard progress = new ProgressBoard(Stage.Data, System::nanoTime);
    final StopSignal stop = new StopSignal();
    final List<String> told = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Duration retries = Duration.ofSeconds(20);
    private Duration stall = Duration.ofSeconds(20);

    Place(Path folder) {
        this.folder = folder;
        this.workspace = new WorkspaceLayout(folder.resolve("workspace"));
        environment.put("POTSTILL_CACHE", folder.resolve("cache").toString());
    }

    /** A hundredth of a second between attempts, and this long for all of them. */
    Place patience(Duration all, Duration silence) {
        retries = all;
        stall = silence;
        return this;
    }

    Place with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    Place store(URI url) {
        return with("AWS_ENDPOINT_URL_S3", url);
    }

    FetchSettings settings() {
        FetchSettings usual = FetchSettings.of(environment, workspace);
        var backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(20), () -> 0);
        return new FetchSettings(
                usual.cache(),
                usual.hub(),
                usual.token(),
                usual.offline(),
                usual.store(),
                new Patience(retries, stall, backoff));
    }

    /** As one trainer does it. */
    Fetching fetching() {
        return new Fetching(settings(), workspace, progress, stop, told::add, warnings::add);
    }

    Manifest manifest(String model, String data) throws IOException {
        return manifest("run", model, data);
    }

    Manifest manifest(String name, String model, String data) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, """
                apiVersion: potstill.dev/v1alpha1
                kind: DistillationRun
                metadata: {name: %s}
                spec:
                  teachers: [{name: t, model: "%s"}]
                  student: {model: "%s"}
                  stages: [Data]
                  data: {sources: [{uri: "%s"}]}
                """.formatted(name, model, model, data));
        return Manifest.read(file, List.of());
    }

    /** Fetches all that the data stage reads. */
    Manifest fetch(Manifest manifest) {
        Fetching fetching = fetching();
        Pins pins = fetching.pins(manifest);
        return fetching.here(manifest, Stage.Data, pins);
    }

    static Path path(String uri) {
        return Path.of(URI.create(uri));
    }

    static Path model(Manifest here) {
        return path(here.spec().student().model());
    }

    static Path data(Manifest here) {
        return path(here.spec().data().sources().getFirst().uri());
    }

    /** So many bytes that do not compress and do not repeat. */
    static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
