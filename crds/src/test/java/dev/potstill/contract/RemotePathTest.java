package dev.potstill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePathTest {
    private static final String SHA = "0123456789abcdef".repeat(4);

    @Test
    void a_hubs_repository_revision_and_path_are_told_apart() {
        assertThat(HubPath.of("hf://lab/small")).contains(new HubPath(false, "lab/small", "main", ""));
        assertThat(HubPath.of("hf://lab/small@v1.0/sub/x.gguf"))
                .contains(new HubPath(false, "lab/small", "v1.0", "sub/x.gguf"));
        assertThat(HubPath.of("hf://datasets/lab/chats@refs/convert/parquet/en/*.parquet"))
                .contains(new HubPath(true, "lab/chats", "refs/convert/parquet", "en/*.parquet"));
        assertThat(HubPath.of("hf://datasets/lab/chats@a%2Fb")).contains(new HubPath(true, "lab/chats", "a/b", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://small",
                "hf://datasets/small",
                "hf://lab/small@",
                "hf://lab/small/../x",
                "hf://lab/small//x",
                "hf://-a/b",
                "hf://lab/small@%zz"
            })
    void what_names_no_repository_is_none(String location) {
        assertThat(HubPath.of(location)).isEmpty();
    }

    @Test
    void a_bucket_and_a_key_are_told_apart() {
        assertThat(BucketPath.of("s3://logs/r1/a b.jsonl")).contains(new BucketPath("logs", "r1/a b.jsonl"));
        assertThat(BucketPath.of("s3://logs")).contains(new BucketPath("logs", ""));
        assertThat(BucketPath.of("s3://l/x")).isEmpty();
        assertThat(BucketPath.of("s3://logs/../x")).isEmpty();
    }

    @Test
    void an_images_name_ends_with_its_tag_or_digest() {
        assertThat(ImagePath.of("oci://localhost:5000/models/llama:8b/a/b"))
                .contains(new ImagePath("localhost:5000/models/llama:8b", "a/b"));
        assertThat(ImagePath.of("oci://llama@sha256:" + SHA)).contains(new ImagePath("llama@sha256:" + SHA, ""));
        assertThat(ImagePath.of("oci://llama:8b@sha256:" + SHA + "/x"))
                .contains(new ImagePath("llama:8b@sha256:" + SHA, "x"));
        assertThat(ImagePath.of("oci://registry/llama")).isEmpty();
        assertThat(ImagePath.of("oci://registry/Llama:8b")).isEmpty();
        assertThat(ImagePath.of("oci://registry/llama:8b/../x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a/b/c.jsonl, a/b/", "a/b*/c, a/", "*.jsonl, ''", "a, ''", "a/[bc]/d, a/"})
    void the_folder_of_a_pattern_is_what_is_before_its_first_wildcard(String pattern, String folder) {
        assertThat(RemotePath.folder(pattern)).isEqualTo(folder);
    }
}
