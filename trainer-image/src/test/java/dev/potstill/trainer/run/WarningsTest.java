package dev.potstill.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarningsTest {
    @TempDir
    Path folder;

    @Test
    void what_an_earlier_attempt_warned_of_is_kept_each_once_and_in_its_order() {
        List<String> told = new ArrayList<>();
        Path partial = folder.resolve("partial");
        Warnings.keptIn(partial, told::add).accept("few rows");
        var again = Warnings.keptIn(partial, told::add);
        again.accept("slow\nteacher");
        again.accept("few rows");

        assertThat(Warnings.in(partial)).containsExactly("few rows", "slow teacher");
        assertThat(told).containsExactly("few rows", "slow\nteacher", "few rows");
    }

    @Test
    void one_that_cannot_be_kept_is_told_all_the_same() throws Exception {
        List<String> told = new ArrayList<>();
        Path partial = Files.createFile(folder.resolve("a-file"));
        Warnings.keptIn(partial, told::add).accept("few rows");

        assertThat(told).containsExactly("few rows");
        assertThat(Warnings.in(partial)).isEmpty();
    }
}
