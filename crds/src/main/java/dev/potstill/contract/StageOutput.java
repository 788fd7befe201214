package dev.potstill.contract;

import dev.potstill.api.Stage;
import dev.potstill.contract.OutputManifest.FileDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A finished output of a stage: a folder whose files are all there, and which never changes. */
public record StageOutput(Path folder, InputDigest input, String outputDigest) {

    public Stage stage() {
        return input.stage();
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    public StageReport report() {
        Path file = file(StageReport.NAME);
        try {
            return Json.read(file, StageReport.class);
        } catch (IOException e) {
            throw Problem.storage(file, e);
        }
    }

    /**
     * Makes an output of what lies in {@link WorkspaceLayout#unsealed}: writes its report and manifest, brings all of it to the disk
     * and renames it, so that an output is there whole or not at all. Checkpoints beside it are dropped.
     *
     * @param report made from the output's digest
     */
    public static StageOutput seal(WorkspaceLayout workspace, InputDigest input, Function<String, StageReport> report) {
        String digest = input.hex();
        Path content = workspace.unsealed(input.stage(), digest);
        Path output = workspace.output(input.stage(), digest);
        try {
            Optional<StageOutput> there = find(workspace, input, warning -> {});
            if (there.isEmpty()) {
                complete(content, input, report);
                Files.createDirectories(output.getParent());
                Disk.delete(output);
                Disk.move(content, output);
            }
            Disk.delete(workspace.partial(input.stage(), digest));
            return find(workspace, input, warning -> {}).orElseThrow(() -> new IOException("what was written is gone"));
        } catch (IOException e) {
            throw Problem.storage(output, e);
        }
    }

    private static void complete(Path content, InputDigest input, Function<String, StageReport> report)
            throws IOException {
        Files.deleteIfExists(content.resolve(OutputManifest.NAME));
        Files.deleteIfExists(content.resolve(StageReport.NAME));
        String outputDigest = OutputManifest.outputDigest(digests(content));
        Files.writeString(content.resolve(StageReport.NAME), Json.pretty(report.apply(outputDigest)));
        var manifest =
                new OutputManifest(input.stage(), input.hex(), input.components(), digests(content), outputDigest);
        Files.writeString(content.resolve(OutputManifest.NAME), Json.pretty(manifest));
    }

    /** The output made from this input; one that is damaged is told of and counts as not there. */
    public static Optional<StageOutput> find(WorkspaceLayout workspace, InputDigest input, Consumer<String> warnings) {
        return open(workspace.output(input.stage(), input.hex()), warnings)
                .filter(output -> output.input.equals(input));
    }

    /** All finished outputs of a stage, of this and earlier settings. */
    public static List<StageOutput> all(WorkspaceLayout workspace, Stage stage) {
        var outputs = new ArrayList<StageOutput>();
        if (Files.isDirectory(workspace.outputs())) {
            try (var folders = Files.newDirectoryStream(workspace.outputs(), stage + "-*")) {
                folders.forEach(folder -> open(folder, warning -> {}).ifPresent(outputs::add));
            } catch (IOException e) {
                throw Problem.storage(workspace.outputs(), e);
            }
        }
        return outputs;
    }

    private static Optional<StageOutput> open(Path folder, Consumer<String> warnings) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            var manifest = Json.read(folder.resolve(OutputManifest.NAME), OutputManifest.class);
            for (var file : manifest.files().entrySet()) {
                requireBytes(folder.resolve(file.getKey()), file.getValue().bytes());
            }
            var input = new InputDigest(manifest.stage(), manifest.input());
            return Optional.of(new StageOutput(folder, input, manifest.outputDigest()));
        } catch (IOException e) {
            warnings.accept("%s is damaged (%s) and will be made again".formatted(folder, e.getMessage()));
            return Optional.empty();
        }
    }

    private static void requireBytes(Path file, long expected) throws IOException {
        long found = Files.isRegularFile(file) ? Files.size(file) : -1;
        if (found != expected) {
            throw new IOException(
                    found < 0
                            ? "%s is missing".formatted(file.getFileName())
                            : "%s has %d bytes instead of %d".formatted(file.getFileName(), found, expected));
        }
    }

    /** Reads every file again and compares it with what was sealed. */
    public void verify() {
        try {
            var sealed =
                    Json.read(file(OutputManifest.NAME), OutputManifest.class).files();
            for (var file : digests(folder).entrySet()) {
                if (!file.getKey().equals(OutputManifest.NAME)
                        && !file.getValue().equals(sealed.remove(file.getKey()))) {
                    throw new IOException("%s is not what was sealed".formatted(file.getKey()));
                }
            }
            if (!sealed.isEmpty()) {
                throw new IOException("%s is missing".formatted(sealed.firstKey()));
            }
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
    }

    private static SortedMap<String, FileDigest> digests(Path folder) throws IOException {
        var digests = new TreeMap<String, FileDigest>();
        for (var file : Sha256.filesBelow(folder).entrySet()) {
            digests.put(file.getKey(), new FileDigest(Sha256.of(file.getValue()), Files.size(file.getValue())));
        }
        return digests;
    }
}
