package dev.potstill.trainer.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * What a file's content is checked by.
 *
 * @param kind a digest or checksum by its name, or {@code git}: the SHA-1 of git's blob
 * @param expected in hexadecimal digits
 * @param partBytes where the kind is {@code md5-of-parts}, of each part but the last: the digest is the MD5 of the MD5s of all parts
 */
record Proof(String kind, String expected, long partBytes) {
    static final String PARTS = "md5-of-parts";
    static final String GIT = "git";
    private static final int BUFFER_BYTES = 1 << 20;

    Proof(String kind, String expected) {
        this(kind, expected, 0);
    }

    /** Of a digest as {@code sha256:…}; empty where it is only the server's own name for the content. */
    static Optional<Proof> of(String digest) {
        int colon = digest.indexOf(':');
        String kind = digest.substring(0, colon);
        return kind.equals("sha256") || kind.equals(GIT)
                ? Optional.of(new Proof(kind, digest.substring(colon + 1)))
                : Optional.empty();
    }

    static Proof base64(String kind, String value) {
        return new Proof(kind, HexFormat.of().formatHex(Base64.getDecoder().decode(value)));
    }

    /** Where there is nothing to check by but the size. */
    static Proof none() {
        return new Proof("size", "");
    }

    /** What was found instead, as it lies on the disk; empty where it is what was expected. */
    Optional<String> refuted(Path file) throws IOException {
        if (kind.equals("size")) {
            return Optional.empty();
        }
        SdkChecksum sum = SdkChecksum.forAlgorithm(algorithm());
        if (kind.equals(GIT)) {
            sum.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (kind.equals(PARTS)) {
                addParts(sum, in);
            } else {
                add(sum, in, Long.MAX_VALUE);
            }
        }
        String found = HexFormat.of().formatHex(sum.getChecksumBytes());
        return found.equals(expected.toLowerCase(Locale.ROOT)) ? Optional.empty() : Optional.of(found);
    }

    private void addParts(SdkChecksum sum, InputStream in) throws IOException {
        SdkChecksum part = SdkChecksum.forAlgorithm(algorithm());
        while (add(part, in, partBytes) > 0) {
            sum.update(part.getChecksumBytes());
            part = SdkChecksum.forAlgorithm(algorithm());
        }
    }

    /** Up to so many bytes, as many as there are. */
    private static long add(SdkChecksum sum, InputStream in, long most) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long added = 0;
        while (added < most) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, most - added));
            if (n < 0) {
                return added;
            }
            sum.update(buffer, 0, n);
            added += n;
        }
        return added;
    }

    private ChecksumAlgorithm algorithm() {
        return switch (kind) {
            case "sha256" -> DefaultChecksumAlgorithm.SHA256;
            case GIT, "sha1" -> DefaultChecksumAlgorithm.SHA1;
            case "md5", PARTS -> DefaultChecksumAlgorithm.MD5;
            case "crc32" -> DefaultChecksumAlgorithm.CRC32;
            case "crc32c" -> DefaultChecksumAlgorithm.CRC32C;
            case "crc64nvme" -> DefaultChecksumAlgorithm.CRC64NVME;
            default -> throw new IllegalStateException(kind);
        };
    }
}
