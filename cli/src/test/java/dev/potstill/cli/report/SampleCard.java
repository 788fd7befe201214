package dev.potstill.cli.report;

import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Mix;
import dev.potstill.contract.DataCard.Paths;
import dev.potstill.contract.DataCard.Perplexity;
import dev.potstill.contract.DataCard.Sampling;
import dev.potstill.contract.DataCard.Source;
import dev.potstill.contract.DataCard.Step;
import dev.potstill.contract.DataCard.Teacher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A data card with something in all of it. */
final class SampleCard {
    private SampleCard() {}

    static DataCard card() {
        return new DataCard(
                List.of(
                        new Source("file:///data/gsm8k/train.jsonl", "ChatJsonl", "3f1c".repeat(16), "mit"),
                        new Source(
                                "hf://datasets/open-thoughts/a-data-set-with-a-long-name@0123456789abcdef0123456789abcdef01234567",
                                "Parquet",
                                "9ab0".repeat(16),
                                "apache-2.0"),
                        new Source("builtin://word-problems", "PromptJsonl", "builtin://word-problems", null)),
                List.of(
                        new Step(
                                "filter",
                                12_480,
                                0,
                                11_007,
                                0,
                                counts(
                                        "duplicate",
                                        612,
                                        "nearDuplicate",
                                        398,
                                        "noReasoning",
                                        341,
                                        "contaminated.GSM8K",
                                        122)),
                        new Step(
                                "answers",
                                11_007,
                                44_028,
                                24_710,
                                206,
                                counts("wrong", 8_214, "samePath", 19_882, "duplicateAnswer", 1_906, "truncated", 117)),
                        new Step("languages", 24_710, 0, 19_305, 0, counts("english", 5_405)),
                        new Step("grading", 19_305, 0, 19_305, 0, Map.of())),
                counts("base", 11_583, "advanced", 5_792, "challenge", 1_930),
                counts("<=64", 1_204, "<=128", 6_910, "<=256", 8_455, "<=512", 2_498, "<=1024", 238),
                counts("en", 15_444, "fr", 1_402, "zh", 1_121, "de", 884, "es", 412, "unknown", 42),
                new Perplexity(
                        1.92,
                        1.71,
                        18.4,
                        counts(
                                "1-1.41",
                                6_002,
                                "1.41-2",
                                7_911,
                                "2-2.83",
                                3_704,
                                "2.83-4",
                                1_244,
                                "4-5.66",
                                355,
                                "5.66-8",
                                71,
                                "8-11.31",
                                12,
                                "11.31-16",
                                4,
                                "16-22.63",
                                2)),
                new Mix("DownsampleEnglish", 20, 3_861, 19_305, 5_405, 0),
                new Sampling(5, "0.7", 512, 52_000, 51_200, 20_000_000L),
                List.of(
                        new Teacher("main", "file:///models/teacher", 0, 0, 0, 0, 0, null, null),
                        new Teacher(
                                "small",
                                "r1-distill-7b",
                                7_280,
                                35_840,
                                16_002,
                                3_422_110,
                                6_840_221,
                                "1.539149",
                                "USD"),
                        new Teacher(
                                "big", "deepseek-r1", 3_120, 15_360, 8_708, 2_202_417, 5_930_448, "14.199011", "USD")),
                new Paths(9_214, 17_820, counts("1", 4_390, "2", 2_841, "3", 1_214, "4", 552, "5", 217), 6_105));
    }

    private static Map<String, Long> counts(Object... namesAndCounts) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndCounts.length; i += 2) {
            counts.put((String) namesAndCounts[i], ((Integer) namesAndCounts[i + 1]).longValue());
        }
        return counts;
    }
}
