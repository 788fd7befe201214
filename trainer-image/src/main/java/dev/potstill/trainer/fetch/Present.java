package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.Pins;
import dev.potstill.contract.Problem;
import dev.potstill.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a run has fetched before; nobody is asked for the rest. */
public record Present(Path cache) {

    /**
     * The same run with paths of this machine in place of the models that it reads from elsewhere.
     *
     * @throws Problem LOCATION_UNAVAILABLE where one is not here
     */
    public Manifest models(Manifest manifest, Pins pins) {
        Map<String, String> local = new TreeMap<>();
        for (Wanted wanted : Wanted.of(manifest.spec())) {
            if (!wanted.isData()) {
                Pin pin = pins.of(wanted.location())
                        .filter(known -> known.purpose().equals(wanted.reading()))
                        .filter(this::isWhole)
                        .orElseThrow(() -> wanted.unavailable("is not here yet", "It is fetched when the run begins"));
                local.put(
                        wanted.location(),
                        new Snapshot(new Blobs(cache), pin).local().toUri().toString());
            }
        }
        return manifest.relocated(location -> local.getOrDefault(location, location));
    }

    private boolean isWhole(Pin pin) {
        var blobs = new Blobs(cache);
        try {
            for (RemoteFile file : pin.all()) {
                if (!blobs.has(pin, file)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw Problem.storage(cache, e);
        }
    }
}
