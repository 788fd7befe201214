package dev.potstill.trainer.data.source;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.potstill.contract.Problem;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How a file's bytes are packed, by its name. */
enum Packing {
    PLAIN(""),
    GZIP(".gz"),
    ZSTD(".zst");

    /** What the libraries say of files that are not whole. */
    private static final Pattern TORN = Pattern.compile("Truncated|\\.gz|[Gg]zip");

    private final String suffix;

    Packing(String suffix) {
        this.suffix = suffix;
    }

    static Packing of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(GZIP.suffix) ? GZIP : name.endsWith(ZSTD.suffix) ? ZSTD : PLAIN;
    }

    InputStream open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            return switch (this) {
                case PLAIN -> raw;
                case GZIP -> Files.size(file) == 0 ? raw : gzip(raw);
                case ZSTD -> new ZstdInputStream(raw);
            };
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Of several members, as parallel packers write them; Java's own takes a torn one for the end of the file. */
    private static InputStream gzip(InputStream raw) throws IOException {
        return new GzipCompressorInputStream(new BufferedInputStream(raw, 1 << 16), true);
    }

    /** A plain file's bytes from one of them on. */
    static InputStream plain(Path file, long from) throws IOException {
        FileChannel channel = FileChannel.open(file);
        channel.position(from);
        return Channels.newInputStream(channel);
    }

    /** A file that cannot be read: a torn archive is the user's to mend, a disk is not. */
    static Problem broken(Path file, IOException e) {
        String kind = of(file) == ZSTD ? "zstd" : "gzip";
        boolean torn = TORN.matcher(String.valueOf(e.getMessage())).find();
        return torn || e instanceof EOFException || e instanceof ZstdIOException
                ? Problem.rejected("%s: cannot be unpacked (%s), expected a whole %s file"
                        .formatted(file, e.getMessage() == null ? "it ends too early" : e.getMessage(), kind))
                : Problem.storage(file, e);
    }
}
