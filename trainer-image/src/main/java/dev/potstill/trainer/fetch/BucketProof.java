package dev.potstill.trainer.fetch;

import dev.potstill.contract.Pin.RemoteFile;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * What there is to check an object by: a checksum of the whole; or its ETag, where that is made of its content's MD5s.
 *
 * @param head what the store says of the whole object (0), or of one of its parts
 */
record BucketProof(Wanted wanted, RemoteFile file, IntFunction<HeadObjectResponse> head) {
    private static final String ETAG = "etag:";

    Proof find() throws IOException {
        HeadObjectResponse whole = BucketAnswer.of(wanted, () -> head.apply(0));
        Optional<Proof> checksum = whole.checksumType() == ChecksumType.COMPOSITE ? Optional.empty() : checksum(whole);
        return checksum.isPresent() ? checksum.get() : byEtag(whole);
    }

    private static Optional<Proof> checksum(HeadObjectResponse whole) {
        return whole("sha256", whole.checksumSHA256())
                .or(() -> whole("crc64nvme", whole.checksumCRC64NVME()))
                .or(() -> whole("sha1", whole.checksumSHA1()))
                .or(() -> whole("crc32c", whole.checksumCRC32C()))
                .or(() -> whole("crc32", whole.checksumCRC32()));
    }

    /** Of what was put in parts, some stores tell a checksum of checksums, with their number behind it. */
    private static Optional<Proof> whole(String kind, @Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.contains("-")).map(text -> Proof.base64(kind, text));
    }

    private Proof byEtag(HeadObjectResponse whole) throws IOException {
        String etag = file.digest().substring(ETAG.length());
        boolean plain =
                whole.serverSideEncryption() == null || whole.serverSideEncryption() == ServerSideEncryption.AES256;
        if (!plain || whole.sseCustomerAlgorithm() != null || !etag.matches("[0-9a-f]{32}(-[1-9]\\d{0,4})?")) {
            return Proof.none();
        }
        int dash = etag.indexOf('-');
        return dash < 0
                ? new Proof("md5", etag)
                : byParts(etag.substring(0, dash), Integer.parseInt(etag.substring(dash + 1)));
    }

    /** Only of parts that are as long as the first, but for the last: the store does not tell their lengths at once. */
    private Proof byParts(String digest, int count) throws IOException {
        long first = bytes(1);
        boolean even = first > 0
                && Math.ceilDiv(file.bytes(), first) == count
                && (count < 3 || bytes(count - 1) == first)
                && bytes(count) == file.bytes() - first * (count - 1);
        return even ? new Proof(Proof.PARTS, digest, first) : Proof.none();
    }

    private long bytes(int part) throws IOException {
        Long length = BucketAnswer.of(wanted, () -> BucketAnswer.unlessUnknown(() -> head.apply(part)))
                .map(HeadObjectResponse::contentLength)
                .orElse(0L);
        return length == null ? 0 : length;
    }
}
