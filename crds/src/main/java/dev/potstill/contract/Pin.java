package dev.potstill.contract;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a remote location was when the run first looked it up. The run keeps to it in all its stages.
 *
 * @param location as the manifest has it
 * @param purpose what it is read as: it decides which of the files are needed
 * @param revision the commit, where the place has such
 * @param files those that are needed
 * @param card that tells of them, where the place has one: it has no part in the digest
 */
public record Pin(
        String location,
        String purpose,
        String revision,
        List<RemoteFile> files,
        @Nullable RemoteFile card) {

    /**
     * A file that can be fetched.
     *
     * @param path where it is, from the root of the repository or bucket
     * @param name what it is called below the local folder
     * @param digest of its content: {@code sha256:}, {@code git:} (the SHA-1 of git's blob), or {@code etag:} and what the server
     *     calls this content
     */
    public record RemoteFile(String path, String name, long bytes, String digest) {}

    public Pin {
        files = files.stream().sorted(Comparator.comparing(RemoteFile::name)).toList();
    }

    /** Without a card. */
    public Pin(String location, String purpose, String revision, List<RemoteFile> files) {
        this(location, purpose, revision, files, null);
    }

    /** All that is fetched. */
    public List<RemoteFile> all() {
        return Stream.concat(files.stream(), Stream.ofNullable(card)).toList();
    }

    /** Of the content of all files: another revision with the same files has the same. */
    public String digest() {
        var digests = new TreeMap<String, String>();
        files.forEach(file -> digests.put(file.name(), file.digest() + " " + file.bytes()));
        return Sha256.of(digests);
    }

    public long bytes() {
        return files.stream().mapToLong(RemoteFile::bytes).sum();
    }
}
