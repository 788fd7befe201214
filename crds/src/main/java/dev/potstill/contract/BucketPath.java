package dev.potstill.contract;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code s3://BUCKET/KEY}: an object, all objects below a prefix, or those that a name with wildcards fits.
 *
 * @param key empty for all of the bucket
 */
public record BucketPath(String bucket, String key) {
    public static final String SCHEME = "s3://";
    public static final String FORM = "s3://BUCKET/KEY, where KEY may be a prefix that ends with / or have wildcards";

    private static final Pattern WHOLE = Pattern.compile(SCHEME + "([a-z0-9][-a-z0-9._]{1,61}[a-z0-9])(?:/(.*))?");

    /** Empty where it is none. */
    public static Optional<BucketPath> of(String location) {
        var found = WHOLE.matcher(location);
        if (!found.matches()) {
            return Optional.empty();
        }
        String key = Objects.requireNonNullElse(found.group(2), "");
        return RemotePath.isInside(key) ? Optional.of(new BucketPath(found.group(1), key)) : Optional.empty();
    }
}
