package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** One file on its way into the cache: begun where an earlier attempt broke off, checked, and only then under its name. */
record Transfer(Wanted wanted, Pin pin, RemoteFile file, Store store, Blobs blobs, Retrying retrying, Flow flow)
        implements Runnable {
    private static final int BUFFER_BYTES = 1 << 18;

    @Override
    public void run() {
        try (FileChannel lock = blobs.lock(pin, file, retrying.stop())) {
            if (blobs.has(pin, file)) {
                flow.add(file.bytes());
                return;
            }
            Proof proof = retrying.until(wanted, () -> store.proof(wanted, pin, file));
            Path part = blobs.part(pin, file);
            complete(part);
            if (proof.refuted(part).isPresent()) {
                flow.add(-file.bytes());
                Files.delete(part);
                complete(part); // damaged on the way, maybe: once more from its first byte
            }
            refuse(part, proof, proof.refuted(part));
            blobs.keep(pin, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refuse(Path part, Proof proof, Optional<String> found) throws IOException {
        if (found.isPresent()) {
            Files.delete(part);
            throw wanted.rejected(
                    "is not what it says: %s has the %s %s, expected %s; it was fetched twice and removed"
                            .formatted(file.path(), proof.kind(), found.get(), proof.expected()),
                    "Tell who keeps it, or name another revision or place");
        }
    }

    private void complete(Path part) throws IOException {
        if (Blobs.size(part) > file.bytes()) {
            Files.delete(part);
        }
        retrying.until(
                wanted,
                () -> {
                    append(part);
                    return part;
                },
                () -> part.toFile().length());
    }

    private void append(Path part) throws IOException {
        try (FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (out.size() < file.bytes()) {
                try (Flow.Stream stream = flow.begin();
                        Download download = stream.of(store.open(wanted, pin, file, out.size()))) {
                    append(out, download, stream);
                }
            }
            if (out.size() < file.bytes()) {
                throw new Hindrance(
                        "%s broke off after %,d of %,d bytes".formatted(file.path(), out.size(), file.bytes()),
                        Optional.empty());
            }
        }
    }

    private void append(FileChannel out, Download download, Flow.Stream stream) throws IOException {
        if (download.total() >= 0 && download.total() != file.bytes()) {
            throw wanted.rejected(
                    "is not what it says: %s has %,d bytes, expected %,d as it is listed"
                            .formatted(file.path(), download.total(), file.bytes()),
                    "Tell who keeps it, or name another revision or place");
        }
        if (download.from() > out.size()) {
            throw new IOException("the server goes on at byte %,d, not at %,d".formatted(download.from(), out.size()));
        }
        flow.add(download.from() - out.size());
        out.truncate(download.from());
        out.position(download.from());
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = file.bytes() - download.from();
        while (left > 0) {
            int n = download.body().read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                return;
            }
            write(out, ByteBuffer.wrap(buffer, 0, n));
            left -= n;
            stream.moved(n);
            retrying.stop().check();
        }
    }

    /** What goes wrong with the disk is not mended by asking the server again. */
    private static void write(FileChannel out, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
