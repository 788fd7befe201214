package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.potstill.api.DistillationRunSpec;
import dev.potstill.trainer.data.source.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is collected does not depend on who read it, in how many goes and with how much memory. */
class CollectionSharesTest extends Collecting {
    /** Rows with everything that can be wrong with them, over several files. */
    private void manyRows() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        var draws = new Random(3);
        for (int file = 0; file < 5; file++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int known = draws.nextInt(900);
                lines.add(
                        draws.nextInt(200) == 0
                                ? "{\"torn\": "
                                : chat(
                                        "What about " + known + "?",
                                        "First " + known + "+1=" + (known + 1) + ", then " + draws.nextInt(2)
                                                + "+3=5. #### 5"));
            }
            Files.write(data.resolve("part%d.jsonl".formatted(file)), lines);
        }
    }

    @Test
    void whoever_finishes_the_parts_and_in_whatever_order_the_result_is_the_same_to_the_byte() throws IOException {
        manyRows();
        DistillationRunSpec spec = spec("{uri: data}", "filter: {maxMalformedPercent: 5}");
        assertSameForAnyWorkers(spec);
    }

    private void assertSameForAnyWorkers(DistillationRunSpec spec) {
        Phase whole = collect(spec, "whole");
        for (int workers : new int[] {2, 3, 16}) {
            String workspace = "workers" + workers;
            for (int worker = workers - 1; worker >= 0; worker--) {
                Collection own = collection(spec, workspace);
                int mine = worker;
                List<Piece> share = new ArrayList<>(own.pieces().stream()
                        .filter(piece -> piece.index() % workers == mine)
                        .toList());
                Collections.reverse(share);
                own.work(share);
            }
            Phase merged = collect(spec, workspace);
            assertSame(merged, whole);
        }
    }

    private static void assertSame(Phase one, Phase other) {
        assertThat(one.counts()).isEqualTo(other.counts());
        for (String file : List.of(Collection.QUESTIONS, DataFiles.FILTERED, DataFiles.QUARANTINE)) {
            assertThat(one.file(file)).hasSameBinaryContentAs(other.file(file));
        }
    }

    @Test
    void answers_known_elsewhere_are_the_same_for_any_number_of_workers() throws IOException {
        manyRows();
        var draws = new Random(4);
        Files.createDirectories(folder.resolve("known"));
        for (int file = 0; file < 3; file++) {
            Files.write(
                    folder.resolve("known/%d.jsonl".formatted(file)),
                    IntStream.range(0, 200)
                            .mapToObj(i -> known("What about " + draws.nextInt(900) + "?", "" + draws.nextInt(9)))
                            .toList());
        }
        DistillationRunSpec spec = spec(
                "{uri: known, format: PromptJsonl}, {uri: data}, {uri: known, format: PromptJsonl}",
                "filter: {maxMalformedPercent: 5}");
        assertSameForAnyWorkers(spec);
        assertThat(references(collect(spec, "whole"))).anyMatch(known -> known.endsWith("Numeric false"));
    }

    @Test
    void a_part_that_was_left_unfinished_is_done_again_and_the_others_are_not() throws IOException {
        manyRows();
        DistillationRunSpec spec = spec("{uri: data}", "filter: {maxMalformedPercent: 5}");
        Phase whole = collect(spec, "whole");
        Collection broken = collection(spec, "broken");
        broken.work(broken.pieces().subList(0, 3));
        Path parts = folder.resolve("broken/parts");
        Files.move(parts.resolve("00001"), parts.resolve("00001.unfinished"));
        var before = Files.getLastModifiedTime(parts.resolve("00000/tally.json"));
        assertSame(collect(spec, "broken"), whole);
        assertThat(Files.getLastModifiedTime(parts.resolve("00000/tally.json"))).isEqualTo(before);
    }

    @Test
    void no_more_is_read_than_is_wanted_and_what_was_read_beyond_does_not_count() throws IOException {
        manyRows();
        DistillationRunSpec spec = spec("{uri: data}", "filter: {maxMalformedPercent: 5, maxInteractions: 300}");
        Phase some = collect(spec, "some");
        assertThat(folder.resolve("some/parts/00004")).doesNotExist();
        assertThat(some.counts()).containsEntry("rows.collected", 300L);
        Collection all = collection(spec, "all");
        all.work(all.pieces());
        assertSame(collect(spec, "all"), some);
    }

    @Test
    void the_memory_for_tables_does_not_change_what_comes_of_it() throws IOException {
        manyRows();
        DistillationRunSpec little = spec("{uri: data}", "filter: {maxMalformedPercent: 5}", "memory: 64Mi");
        Phase small = collect(little, "little");
        assertSame(small, collect(spec("{uri: data}", "filter: {maxMalformedPercent: 5}"), "large"));
        assertThat(small.folder().resolve("spill")).doesNotExist();
    }
}
