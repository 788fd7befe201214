package dev.potstill.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    @Test
    void letters_changed_swapped_added_or_lost_are_counted() {
        assertThat(Spelling.distance("", "")).isZero();
        assertThat(Spelling.distance("rank", "rank")).isZero();
        assertThat(Spelling.distance("rank", "rnak")).isEqualTo(1);
        assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    }

    @Test
    void the_nearest_word_is_suggested_but_not_a_far_one() {
        List<String> known = List.of("temperature", "topK", "epochs");
        assertThat(Spelling.nearest("temprature", known)).contains("temperature");
        assertThat(Spelling.nearest("topk", known)).contains("topK");
        assertThat(Spelling.nearest("learningRate", known)).isEmpty();
        assertThat(Spelling.nearest("x", List.of())).isEmpty();
    }
}
