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
        var blobs = new Blobs(cache);
        Map<String, Pin> present = new TreeMap<>();
        for (Wanted wanted : Wanted.of(manifest.spec())) {
            if (!wanted.isData()) {
                Pin pin = pins.of(wanted.location())
                        .filter(known -> known.purpose().equals(wanted.reading()))
                        .filter(known -> isWhole(blobs, known))
                        .orElseThrow(() -> wanted.unavailable("is not here yet", "It is fetched when the run begins"));
                present.put(wanted.location(), pin);
            }
        }
        return Snapshot.in(manifest, blobs, present);
    }

    private static boolean isWhole(Blobs blobs, Pin pin) {
        try {
            for (RemoteFile file : pin.all()) {
                if (!blobs.has(pin, file)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw Problem.storage(blobs.cache(), e);
        }
    }
}
