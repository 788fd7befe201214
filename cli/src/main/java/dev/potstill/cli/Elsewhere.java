package dev.potstill.cli;

import dev.potstill.contract.ByteSize;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pins;
import dev.potstill.contract.RemotePath;
import dev.potstill.contract.StageSettings;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.manifest.Manifest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a run fetches, as far as it has been looked up; a plan asks nobody. */
record Elsewhere(Manifest manifest, WorkspaceLayout workspace) {

    /** A location; what is not known before the run begins is left out. */
    record Line(
            String location,
            @Nullable String revision,
            @Nullable Integer files,
            @Nullable Long bytes) {
        String text() {
            if (files == null || bytes == null) {
                return "%s: looked up when the run begins; its size is not known yet".formatted(location);
            }
            String at = revision == null ? "" : ", commit " + revision;
            return "%s: %,d files, %s%s".formatted(location, files, ByteSize.words(bytes), at);
        }
    }

    List<Line> lines() {
        Pins pins = Pins.read(workspace, manifest.name());
        return manifest.spec().stages().stream()
                .flatMap(stage -> StageSettings.of(stage, manifest.spec()).values().stream())
                .filter(RemotePath::isFetched)
                .distinct()
                .map(location -> line(location, pins.of(location)))
                .toList();
    }

    private static Line line(String location, Optional<Pin> pin) {
        return pin.map(known -> new Line(
                        location,
                        known.revision().isEmpty() ? null : known.revision(),
                        known.files().size(),
                        known.bytes()))
                .orElseGet(() -> new Line(location, null, null, null));
    }
}
