package dev.potstill.trainer.data;

import dev.potstill.api.Data.Languages;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.clean.Fingerprint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How often each row is trained on, so that at least the set share of them is in other languages than English. Rows whose language is
 * not known count with the English ones: the share is then there in any case.
 */
record LanguageMix(Languages settings) {
    private static final String FIELD = "spec.data.languages.nonEnglishPercent";

    /** A row's id, and its language where that is known. */
    record Spoken(String id, @Nullable String language) {

        boolean isNotEnglish() {
            return language != null && !language.equals("en") && !language.startsWith("en-") && !language.equals("und");
        }
    }

    /** Copies of each row: none, one or more. */
    int[] copies(List<Spoken> rows) {
        int[] others = IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).isNotEnglish())
                .toArray();
        int[] copies = new int[rows.size()];
        Arrays.fill(copies, 1);
        long english = rows.size() - others.length;
        if (isShare(others.length, english)) {
            return copies;
        }
        requireOthers(others.length, rows.size());
        return switch (settings.method()) {
            case DownsampleEnglish -> fewer(rows, copies, others.length);
            case RepeatOthers -> more(rows, copies, others, english);
        };
    }

    private boolean isShare(long others, long english) {
        return 100 * others >= settings.nonEnglishPercent() * (others + english);
    }

    /** As many English rows as leave the others their share, those of the lowest fingerprints. */
    private int[] fewer(List<Spoken> rows, int[] copies, long others) {
        int percent = settings.nonEnglishPercent();
        long most = others * (100L - percent) / percent;
        IntStream.range(0, rows.size())
                .filter(i -> !rows.get(i).isNotEnglish())
                .boxed()
                .sorted(byFingerprint(rows))
                .skip(most)
                .forEach(i -> copies[i] = 0);
        return copies;
    }

    /** Every other row as often, and those of the lowest fingerprints once more, until they have their share. */
    private int[] more(List<Spoken> rows, int[] copies, int[] others, long english) {
        long percent = settings.nonEnglishPercent();
        if (percent == 100) {
            throw Problem.rejected(FIELD
                    + ": found 100 with method RepeatOthers and %d rows in English, expected less than 100, as repeating leaves those in. Take DownsampleEnglish, or a smaller share"
                            .formatted(english));
        }
        long wanted = Math.ceilDiv(percent * english, 100 - percent);
        int each = Math.toIntExact(wanted / others.length);
        long once = wanted % others.length;
        List<Integer> inTurn =
                Arrays.stream(others).boxed().sorted(byFingerprint(rows)).toList();
        for (int i = 0; i < inTurn.size(); i++) {
            copies[inTurn.get(i)] = each + (i < once ? 1 : 0);
        }
        return copies;
    }

    private static Comparator<Integer> byFingerprint(List<Spoken> rows) {
        Comparator<Integer> fingerprint = (one, other) -> Long.compareUnsigned(
                Fingerprint.of(rows.get(one).id()),
                Fingerprint.of(rows.get(other).id()));
        return fingerprint.thenComparing(i -> rows.get(i).id());
    }

    private void requireOthers(int others, int rows) {
        if (others == 0) {
            throw Problem.rejected(FIELD
                    + ": found %d, but none of %d rows is known to be in another language than English, expected some. Add sources in other languages, or leave out spec.data.languages"
                            .formatted(settings.nonEnglishPercent(), rows));
        }
    }
}
