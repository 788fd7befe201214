package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are hashed again, and what is told of it. */
class SourceDigestsTest {
    private static final FileTime TIME = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir
    Path folder;

    private WorkspaceLayout workspace;
    private Path weights;

    @BeforeEach
    void model() throws IOException {
        workspace = new WorkspaceLayout(folder.resolve("workspace"));
        Files.createDirectories(workspace.cache());
        weights = Files.writeString(
                Files.createDirectories(folder.resolve("model")).resolve("model.safetensors"), "1111");
        Files.setLastModifiedTime(weights, TIME);
    }

    private String digest() {
        var spec = Specs.with(Map.of("/student/model", "file://" + weights.getParent()));
        return SourceDigests.cachedIn(workspace, Pins.none(), line -> {})
                .of(Stage.Feature, spec)
                .get("file://" + weights.getParent());
    }

    /** As a copy that keeps times leaves it; the clock of the file system may stand still for some milliseconds. */
    private void ageTo(FileTime time, FileState before) throws IOException {
        do {
            Files.setLastModifiedTime(weights, time);
        } while (FileState.of(weights).equals(before));
    }

    @Test
    void a_file_of_another_content_is_hashed_again_though_its_size_and_time_are_as_they_were() throws IOException {
        String first = digest();
        FileState before = FileState.of(weights);
        Files.writeString(weights, "2222");
        ageTo(TIME, before);
        assertThat(Files.getLastModifiedTime(weights)).isEqualTo(TIME);
        String second = digest();
        assertThat(second).isNotEqualTo(first);

        FileState overwritten = FileState.of(weights);
        Path other = Files.writeString(folder.resolve("other"), "3333");
        Files.move(other, weights, StandardCopyOption.REPLACE_EXISTING);
        ageTo(TIME, overwritten);
        assertThat(digest()).isNotIn(first, second);
    }

    @Test
    void what_an_earlier_version_remembers_is_not_trusted_and_no_error() throws IOException {
        String right = digest();
        Files.writeString(
                workspace.cache().resolve("digests.json"),
                Json.compact(Map.of(
                        weights.toRealPath().toString(),
                        Map.of("bytes", 4, "changedNanos", TIME.toMillis() * 1_000_000, "sha256", "wrong"))));
        assertThat(digest()).isEqualTo(right);
    }

    @Test
    void what_is_remembered_is_not_read_again() throws IOException {
        String right = digest();
        Path cache = workspace.cache().resolve("digests.json");
        Files.writeString(cache, Files.readString(cache).replace(Sha256.of(weights), Sha256.of("remembered")));
        assertThat(digest()).isNotEqualTo(right);
    }

    @Test
    void of_files_hashed_at_once_each_has_its_own_digest() throws IOException {
        var files = new HashMap<Path, Long>();
        var expected = new HashMap<Path, String>();
        for (int i = 0; i < 40; i++) {
            Path file = Files.writeString(folder.resolve("file" + i), "x".repeat(i * 1000));
            files.put(file, Files.size(file));
            expected.put(file, Sha256.of("x".repeat(i * 1000)));
        }
        var told = new ArrayList<String>();
        assertThat(Hashing.of(files, told::add, () -> 0)).isEqualTo(expected);
        assertThat(told).isEmpty();
    }

    @Test
    void it_is_told_how_far_hashing_is_once_it_takes_more_than_two_seconds() throws IOException {
        Path file = Files.write(folder.resolve("model.gguf"), new byte[12 << 20]);
        long[] now = {0};
        List<String> told = new ArrayList<>();
        // A second a look at the clock: the first before any is read, then one after each mebibyte.
        Hashing.of(
                Map.of(file, 12L << 20),
                told::add,
                () -> Duration.ofSeconds(now[0]++).toNanos());
        assertThat(told)
                .containsExactly(
                        "hashing model.gguf, 2.00 MiB of 12.0 MiB", "hashing model.gguf, 12.0 MiB of 12.0 MiB");
    }
}
