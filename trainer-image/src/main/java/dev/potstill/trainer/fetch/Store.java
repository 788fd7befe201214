package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import java.io.IOException;

/**
 * A place that files are fetched from. What may pass is thrown as an {@link IOException}, what will not as a
 * {@link dev.potstill.contract.Problem} that names field and location.
 */
sealed interface Store permits Hub, Bucket {

    /** What a location holds now of what is needed, or at a revision. */
    Pin look(Wanted wanted, String revision) throws IOException;

    /** What to check a file by. */
    Proof proof(Wanted wanted, Pin pin, RemoteFile file) throws IOException;

    /** A file from this byte on. */
    Download open(Wanted wanted, Pin pin, RemoteFile file, long from) throws IOException;
}
