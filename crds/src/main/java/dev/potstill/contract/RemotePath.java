package dev.potstill.contract;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.List;

/** Paths inside what is fetched: a file, a folder, or a name with the wildcards of a shell, where {@code **} also fits folders. */
public final class RemotePath {
    private static final List<String> OUTSIDE = List.of("..", ".");
    private static final String WILDCARDS = "*?[{";

    private RemotePath() {}

    /** Whether a location is fetched before a stage works with it. */
    public static boolean isFetched(String location) {
        return location.startsWith(HubPath.SCHEME) || location.startsWith(BucketPath.SCHEME);
    }

    static boolean isInside(String path) {
        return !path.startsWith("/")
                && !path.contains("//")
                && Arrays.stream(path.split("/")).noneMatch(OUTSIDE::contains)
                && (!hasWildcards(path) || isPattern(path));
    }

    public static boolean hasWildcards(String path) {
        return path.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }

    private static boolean isPattern(String path) {
        try {
            matcher(path);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    public static boolean fits(String pattern, String path) {
        return matcher(pattern).matches(Path.of(path));
    }

    private static PathMatcher matcher(String pattern) {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }

    /** The folder that all a pattern can fit is in: what is before its first wildcard, up to the last slash. */
    public static String folder(String path) {
        int wildcard = 0;
        while (wildcard < path.length() && WILDCARDS.indexOf(path.charAt(wildcard)) < 0) {
            wildcard++;
        }
        return path.substring(0, path.lastIndexOf('/', wildcard - 1) + 1);
    }
}
