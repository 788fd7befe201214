package dev.potstill.contract;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code hf://ORG/NAME[@REVISION][/PATH]}, or {@code hf://datasets/…}: what a repository of a Hugging Face Hub holds.
 *
 * @param dataset whether it is one of data, and not of a model
 * @param repository as {@code ORG/NAME}
 * @param revision a branch, a tag or a commit; {@code main} where none is named
 * @param path of a file or folder, or with wildcards; empty for all of it
 */
public record HubPath(boolean dataset, String repository, String revision, String path) {
    public static final String SCHEME = "hf://";
    public static final String FORM =
            "hf://ORG/NAME, or hf://datasets/ORG/NAME, then as needed @REVISION (a / in it written %2F) and /PATH";

    private static final String USUAL = "main";
    private static final String NAME = "[A-Za-z0-9_](?:[-A-Za-z0-9_.]{0,94}[A-Za-z0-9_])?";
    private static final Pattern WHOLE = Pattern.compile(
            SCHEME + "(datasets/)?(" + NAME + "/" + NAME + ")(?:@(refs/(?:pr|convert)/[^/@]+|[^/@]+))?(?:/(.*))?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Empty where it is none. */
    public static Optional<HubPath> of(String location) {
        var found = WHOLE.matcher(location);
        if (!found.matches() || found.group(2).startsWith("datasets/")) {
            return Optional.empty();
        }
        String path = Objects.requireNonNullElse(found.group(4), "");
        if (!RemotePath.isInside(path)) {
            return Optional.empty();
        }
        return revision(found.group(3))
                .map(revision -> new HubPath(found.group(1) != null, found.group(2), revision, path));
    }

    private static Optional<String> revision(String given) {
        try {
            return Optional.of(given == null ? USUAL : URLDecoder.decode(given, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
    }

    /** Whether its revision can never become another. */
    public boolean isFixed() {
        return isCommit(revision);
    }

    public static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** The same at another revision, as a location. */
    public String at(String commit) {
        return SCHEME + (dataset ? "datasets/" : "") + repository + "@" + commit + (path.isEmpty() ? "" : "/" + path);
    }
}
