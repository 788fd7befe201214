package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.Problem;
import dev.potstill.contract.Sha256;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The files of a pin under their own names: a folder of links to what is fetched, named by its content. */
record Snapshot(Blobs blobs, Pin pin) {

    /** The same run with paths of this machine in place of the locations of these pins. */
    static Manifest in(Manifest manifest, Blobs blobs, Map<String, Pin> pins) {
        return manifest.relocated(location -> Optional.ofNullable(pins.get(location))
                .map(pin -> new Snapshot(blobs, pin).local().toUri().toString())
                .orElse(location));
    }

    /** The one file of what is not a folder of its nature, or else the folder. */
    Path local() {
        RemoteFile card = pin.card();
        Path folder = blobs.cache()
                .resolve("folders")
                .resolve(Sha256.of(pin.purpose() + "\n" + pin.digest() + (card == null ? "" : "\n" + card.digest())));
        try {
            Files.createDirectories(folder);
            for (RemoteFile file : pin.all()) {
                link(folder, file);
            }
        } catch (IOException e) {
            throw Problem.storage(folder, e);
        }
        boolean one = pin.files().size() == 1 && !pin.purpose().equals(Purpose.Tokenizer.name());
        return one ? folder.resolve(pin.files().getFirst().name()) : folder;
    }

    private void link(Path folder, RemoteFile file) throws IOException {
        Path link = folder.resolve(file.name());
        Path target = folder.relativize(blobs.file(pin, file));
        if (Files.isSymbolicLink(link) && !Files.readSymbolicLink(link).equals(target)) {
            Files.delete(link);
        }
        if (!Files.isSymbolicLink(link)) {
            try {
                Files.createSymbolicLink(link, target);
            } catch (FileAlreadyExistsException e) {
                // Another makes the same.
            }
        }
    }
}
