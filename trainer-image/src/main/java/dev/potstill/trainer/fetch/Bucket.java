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
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Buckets of S3, Amazon's or anybody's. What was looked up is asked for by its ETag: another content is not taken for it. */
record Bucket(S3Client s3) implements Store {
    private static final String NO_REVISION = "";

    @Override
    public Pin look(Wanted wanted, String revision) throws IOException {
        BucketPath path = path(wanted);
        List<RemoteFile> all = BucketAnswer.of(wanted, () -> list(path));
        return new Pin(wanted.location(), wanted.reading(), NO_REVISION, Selection.of(wanted, path.key(), all));
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
        return new BucketProof(
                        wanted,
                        file,
                        number -> s3.headObject(ask -> ask.bucket(path(wanted).bucket())
                                .key(file.path())
                                .ifMatch(number == 0 ? etag(file) : null) // of a part, moto compares the part's own
                                .checksumMode(number == 0 ? ChecksumMode.ENABLED : null)
                                .partNumber(number == 0 ? null : number)))
                .find();
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
