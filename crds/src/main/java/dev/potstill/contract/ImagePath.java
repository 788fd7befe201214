package dev.potstill.contract;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code oci://IMAGE[/PATH]}: a file or folder in an OCI image, which the cluster mounts as a volume.
 *
 * @param image with its tag or digest, which is where the path begins
 * @param path from the image's root, empty for all of it
 */
public record ImagePath(String image, String path) {
    public static final String SCHEME = "oci://";
    public static final String FORM =
            "oci://REGISTRY/NAME:TAG or oci://REGISTRY/NAME@sha256:DIGEST, then as needed /PATH";

    private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final String HOST = "[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?(?::[0-9]{1,5})?";
    private static final String MARK =
            "(?::[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?@sha256:[0-9a-f]{64}|:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}";
    private static final Pattern WHOLE =
            Pattern.compile(SCHEME + "((?:" + HOST + "/)?" + PART + "(?:/" + PART + ")*(?:" + MARK + "))(?:/(.*))?");

    /** Empty where it is none, or would lead out of the image. */
    public static Optional<ImagePath> of(String location) {
        var found = WHOLE.matcher(location);
        if (!found.matches()) {
            return Optional.empty();
        }
        String path = Objects.requireNonNullElse(found.group(2), "");
        return RemotePath.isInside(path) ? Optional.of(new ImagePath(found.group(1), path)) : Optional.empty();
    }
}
