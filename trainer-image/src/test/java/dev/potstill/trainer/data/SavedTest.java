package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedTest {
    @TempDir
    Path folder;

    record Piece(String said, int count) {}

    private int made;

    private List<Piece> make() {
        made++;
        return List.of(new Piece("one\u2028and\r\na half", 1), new Piece("zwei", 2));
    }

    @Test
    void a_piece_is_made_once() {
        Saved<Piece> saved = new Saved<>(folder, Piece.class);
        List<Piece> first = saved.get(0, this::make);
        assertThat(saved.get(0, this::make)).isEqualTo(first);
        assertThat(saved.get(1, List::of)).isEmpty();
        assertThat(saved.get(1, this::make)).isEmpty();
        assertThat(made).isEqualTo(1);
    }

    @Test
    void a_piece_that_is_damaged_in_any_byte_or_cut_off_anywhere_is_made_again() throws IOException {
        Saved<Piece> saved = new Saved<>(folder, Piece.class);
        List<Piece> first = saved.get(0, this::make);
        Path file = folder.resolve("000000.jsonl");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (at % 2 == 0 ? 0x80 : 1); // no longer UTF-8, or another letter
            for (byte[] bytes : List.of(flipped, Arrays.copyOf(whole, at))) {
                Files.write(file, bytes);
                made = 0;
                assertThat(saved.get(0, this::make)).isEqualTo(first);
                assertThat(made).as("damaged at byte %d", at).isEqualTo(1);
            }
        }
    }
}
