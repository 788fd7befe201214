package dev.potstill.trainer.data;

import dev.potstill.api.Data.Languages;
import dev.potstill.contract.DataCard.Mix;
import dev.potstill.trainer.data.LanguageMix.Spoken;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The step between answers and grades: rows in the share of languages that is set. */
final class Mixing {
    /** Beyond so many copies a row teaches little that is new (Muennighoff et al., 2023). */
    private static final int MANY_COPIES = 4;

    /** What names of its own counts begin with. */
    static final String PREFIX = "mix.";

    private static final String LEFT = PREFIX + "left";
    private static final String REPEATED = PREFIX + "repeated";
    private static final String OTHERS = PREFIX + "nonEnglish";
    private static final String ROWS = PREFIX + "rows";
    private static final String MOST_COPIES = PREFIX + "mostCopies";

    /** Different rows to grade. */
    static final String TO_GRADE = PREFIX + "toGrade";

    private Mixing() {}

    /** Writes {@link Answering#ROWS} into a folder: every row that is trained on once, with how often it is. */
    static Tally mix(Languages settings, Path folder, Supplier<Stream<Answered>> rows) {
        List<Spoken> spoken;
        try (Stream<Answered> all = rows.get()) {
            spoken = all.map(row -> new Spoken(row.row().id(), row.row().language()))
                    .toList();
        }
        int[] copies = new LanguageMix(settings).copies(spoken);
        Tally tally = new Tally();
        int[] place = {0};
        try (Stream<Answered> all = rows.get();
                JsonLines out = JsonLines.write(folder.resolve(Answering.ROWS))) {
            all.forEach(row -> {
                int times = copies[place[0]];
                count(tally, spoken.get(place[0]++), times);
                if (times > 0) {
                    out.add(new Answered(row.row(), row.tokens(), times));
                }
            });
        }
        return tally;
    }

    private static void count(Tally tally, Spoken row, int copies) {
        tally.add(ROWS, copies);
        tally.add(OTHERS, row.isNotEnglish() ? copies : 0);
        tally.add(REPEATED, Math.max(0, copies - 1));
        tally.add(TO_GRADE, Math.min(1, copies));
        tally.add(MOST_COPIES, Math.max(0, copies - tally.get(MOST_COPIES)));
        if (copies == 0) {
            tally.add(LEFT);
            tally.drop("english");
        }
    }

    /** What the user should know of how the share was reached. */
    static Optional<String> warning(Languages settings, Tally mixed) {
        long rows = mixed.get(ROWS);
        if (mixed.get(LEFT) > rows) {
            return Optional.of(
                    "spec.data.languages: of %d rows %d are left, so that %d %% of them are not in English; add sources in other languages, or take method RepeatOthers"
                            .formatted(rows + mixed.get(LEFT), rows, settings.nonEnglishPercent()));
        }
        if (mixed.get(MOST_COPIES) > MANY_COPIES) {
            return Optional.of(
                    "spec.data.languages: rows that are not in English are repeated up to %d times, so that they are %d %%; beyond %d times little is learnt from them, add sources in other languages"
                            .formatted(mixed.get(MOST_COPIES), settings.nonEnglishPercent(), MANY_COPIES));
        }
        return Optional.empty();
    }

    static Mix told(Languages settings, Tally mixed) {
        return new Mix(
                settings.method().name(),
                settings.nonEnglishPercent(),
                mixed.get(OTHERS),
                mixed.get(ROWS),
                mixed.get(LEFT),
                mixed.get(REPEATED));
    }
}
