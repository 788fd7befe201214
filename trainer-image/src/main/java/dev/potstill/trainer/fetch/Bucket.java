package dev.potstill.trainer.fetch;

import dev.potstill.contract.BucketPath;
import dev.potstill.contract.Pin;
import dev.potstill.contract.Pin.RemoteFile;
import dev.potstill.contract.RemotePath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Buckets of S3, Amazon's or anybody's. What was looked up is asked for by its ETag: another content is not taken for it. */
record Bucket(S3Client s3) implements Store {
    private static final String NO_REVISION = "";

    @Override
    public Pin look(Wanted wanted, String revision) throws IOException {
        BucketPath path = path(wanted);
        List<RemoteFile> all = BucketAnswer.of(wanted, () -> list(path));
        return new Pin(wanted.location(), wanted.purpose().name(), NO_REVISION, Selection.of(wanted, path.key(), all));
    }

    private List<RemoteFile> list(BucketPath path) {
        String key = path.key();
        if (!key.isEmpty() && !key.endsWith("/") && !RemotePath.hasWildcards(key)) {
            Optional<RemoteFile> object = object(path.bucket(), key);
            return object.map(List::of).orElseGet(() -> below(path.bucket(), key + "/"));
        }
        return below(path.bucket(), RemotePath.hasWildcards(key) ? RemotePath.folder(key) : key);
    }

    private Optional<RemoteFile> object(String bucket, String key) {
        return BucketAnswer.unlessMissing(
                        () -> s3.headObject(head -> head.bucket(bucket).key(key)))
                .map(head -> file(key, head.contentLength(), head.eTag()));
    }

    private List<RemoteFile> below(String bucket, String prefix) {
        return s3
                .listObjectsV2Paginator(ListObjectsV2Request.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .build())
                .contents()
                .stream()
                .filter(object -> !object.key().endsWith("/"))
                .map(Bucket::file)
                .toList();
    }

    private static RemoteFile file(S3Object object) {
        return file(object.key(), object.size(), object.eTag());
    }

    private static RemoteFile file(String key, long bytes, String etag) {
        return new RemoteFile(key, key, bytes, "etag:" + etag.replace("\"", ""));
    }

    private static String etag(RemoteFile file) {
        return "\"" + file.digest().substring(file.digest().indexOf(':') + 1) + "\"";
    }

    @Override
    public Proof proof(Wanted wanted, Pin pin, RemoteFile file) throws IOException {
        HeadObjectResponse head = BucketAnswer.of(
                wanted,
                () -> s3.headObject(ask -> ask.bucket(path(wanted).bucket())
                        .key(file.path())
                        .ifMatch(etag(file))
                        .checksumMode(ChecksumMode.ENABLED)));
        return proof(head, file);
    }

    /** A checksum of the whole object where there is one; else its ETag, where that is the MD5 of its content. */
    private static Proof proof(HeadObjectResponse head, RemoteFile file) {
        if (head.checksumType() != ChecksumType.COMPOSITE) {
            if (head.checksumSHA256() != null && !head.checksumSHA256().contains("-")) {
                return Proof.base64("sha256", head.checksumSHA256());
            }
            if (head.checksumCRC64NVME() != null) {
                return Proof.base64("crc64nvme", head.checksumCRC64NVME());
            }
            if (head.checksumSHA1() != null && !head.checksumSHA1().contains("-")) {
                return Proof.base64("sha1", head.checksumSHA1());
            }
            if (head.checksumCRC32C() != null && !head.checksumCRC32C().contains("-")) {
                return Proof.base64("crc32c", head.checksumCRC32C());
            }
            if (head.checksumCRC32() != null && !head.checksumCRC32().contains("-")) {
                return Proof.base64("crc32", head.checksumCRC32());
            }
        }
        String etag = file.digest().substring("etag:".length());
        boolean plain =
                head.serverSideEncryption() == null || head.serverSideEncryption() == ServerSideEncryption.AES256;
        return plain && head.sseCustomerAlgorithm() == null && etag.matches("[0-9a-f]{32}")
                ? new Proof("md5", etag)
                : Proof.none();
    }

    @Override
    public Download open(Wanted wanted, Pin pin, RemoteFile file, long from) throws IOException {
        ResponseInputStream<GetObjectResponse> body = BucketAnswer.of(
                wanted,
                () -> s3.getObject(ask -> ask.bucket(path(wanted).bucket())
                        .key(file.path())
                        .ifMatch(etag(file))
                        .range(from > 0 ? "bytes=" + from + "-" : null)));
        GetObjectResponse response = body.response();
        return response.contentRange() == null
                ? new Download(body, 0, response.contentLength(), body::abort)
                : Download.ofPart(body, response.contentRange(), body::abort);
    }

    private static BucketPath path(Wanted wanted) {
        return BucketPath.of(wanted.location()).orElseThrow();
    }
}
