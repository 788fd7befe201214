package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DrawsTest {
    private static List<Long> draws(long seed, long key) {
        return Draws.of(seed, key).longs(100).boxed().toList();
    }

    @Test
    void the_same_seed_and_key_draw_the_same() {
        assertThat(draws(42, 7)).isEqualTo(draws(42, 7));
    }

    @Test
    void neighbouring_seeds_and_keys_share_no_number() {
        Set<Long> all = new HashSet<>();
        LongStream.range(40, 50).forEach(seed -> LongStream.range(-5, 5).forEach(key -> all.addAll(draws(seed, key))));
        assertThat(all).hasSize(10 * 10 * 100);
    }
}
