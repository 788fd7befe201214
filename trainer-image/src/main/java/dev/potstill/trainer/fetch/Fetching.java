package dev.potstill.trainer.fetch;

import dev.potstill.api.Stage;
import dev.potstill.contract.HubPath;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pins;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings what a run reads from elsewhere to this machine: once for all runs, and for each of them as it was at its beginning. */
public final class Fetching {
    private static final Duration FOREVER = Duration.ofDays(365);

    private final FetchSettings settings;
    private final WorkspaceLayout workspace;
    private final Consumer<String> told;
    private final Consumer<String> warnings;
    private final Stores stores;
    private final Lookups lookups;
    private final Retrying retrying;
    private final ProgressBoard progress;

    /**
     * @param told what is found, and how it comes on
     * @param warnings what it waits for, and what the user may not have meant
     */
    public Fetching(
            FetchSettings settings,
            WorkspaceLayout workspace,
            ProgressBoard progress,
            StopSignal stop,
            Consumer<String> told,
            Consumer<String> warnings) {
        this.settings = settings;
        this.workspace = workspace;
        this.progress = progress;
        this.told = told;
        this.warnings = warnings;
        this.stores = new Stores(settings);
        this.lookups = new Lookups(settings.cache());
        this.retrying = new Retrying(settings.patience(), stop, warnings, Clock.systemUTC());
    }

    /** What a run's locations were when it began: those it has not looked up yet are now. */
    public Pins pins(Manifest manifest) {
        Pins known = Pins.read(workspace, manifest.name());
        Map<String, Pin> found = new TreeMap<>();
        for (Wanted wanted : Wanted.of(manifest.spec())) {
            var pin = known.of(wanted.location());
            if (pin.isEmpty() || !pin.get().purpose().equals(wanted.reading())) {
                progress.begin("looking up " + wanted.location(), 0, 0);
                found.put(
                        wanted.location(),
                        awaited(() -> look(wanted, pin.map(Pin::revision).orElse(""))));
            }
        }
        return found.isEmpty() ? known : Pins.add(workspace, manifest.name(), found);
    }

    /** Ends when the stage is to stop, whatever the work waits for. */
    private Pin awaited(Supplier<Pin> work) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                return retrying.stop().await(CompletableFuture.supplyAsync(work, threads), FOREVER);
            } catch (ExecutionException | TimeoutException e) {
                throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** @param revision that the run is pinned to already, or nothing */
    private Pin look(Wanted wanted, String revision) {
        boolean hub = wanted.location().startsWith(HubPath.SCHEME);
        if (hub && settings.offline()) {
            return lookups.of(wanted)
                    .orElseThrow(() -> wanted.rejected(
                            "was not fetched before to %s, and %s says not to ask the Hub"
                                    .formatted(settings.cache(), FetchSettings.OFFLINE),
                            "Unset it, or fetch it where there is a network"));
        }
        String wished = revision.isEmpty()
                ? HubPath.of(wanted.location()).map(HubPath::revision).orElse("")
                : revision;
        return lookups.ofCommit(wanted).orElseGet(() -> {
            Pin pin = retrying.until(wanted, () -> stores.of(wanted).look(wanted, wished));
            lookups.keep(wanted, pin);
            told.accept("%s: %d files, %s%s"
                    .formatted(
                            wanted.location(),
                            pin.files().size(),
                            Bytes.of(pin.bytes()),
                            pin.revision().isEmpty() ? "" : ", commit " + pin.revision()));
            return pin;
        });
    }

    /** Where the sources of a run's data come from: as the manifest says, at the commit that the run keeps to. */
    public static List<String> origins(Manifest manifest, Pins pins) {
        return manifest.spec().data().sources().stream()
                .map(source -> HubPath.of(source.uri())
                        .flatMap(path -> pins.of(source.uri()).map(pin -> path.at(pin.revision())))
                        .orElse(source.uri()))
                .toList();
    }

    /** The same run with paths of this machine in place of what a stage reads from elsewhere, once all of that is here. */
    public Manifest here(Manifest manifest, Stage stage, Pins pins) {
        if (stage == Stage.Data) {
            Splits.here(manifest.spec().data().sources()).forEach(warnings);
        }
        List<Wanted> read = Wanted.of(manifest.spec()).stream()
                .filter(wanted -> wanted.isReadBy(stage))
                .toList();
        if (read.isEmpty()) {
            return manifest;
        }
        Blobs blobs = new Blobs(settings.cache());
        var haul = new Haul(settings, stores, blobs, retrying, progress, told);
        Map<String, Pin> brought = new TreeMap<>();
        haul.bring(read, pins);
        for (Wanted wanted : read) {
            Pin pin = pins.of(wanted.location()).orElseThrow();
            if (stage == Stage.Data) {
                Splits.warning(wanted, pin).ifPresent(warnings);
            }
            brought.put(wanted.location(), pin);
        }
        return Snapshot.in(manifest, blobs, brought);
    }
}
