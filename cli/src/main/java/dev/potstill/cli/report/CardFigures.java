package dev.potstill.cli.report;

import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Teacher;
import dev.potstill.contract.StageReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The most telling numbers of a data card. */
record CardFigures(DataCard card, Map<String, Long> counts) {

    List<Tag> tags() {
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure("Rows to train on", Words.whole(counts.getOrDefault(StageReport.ROWS_KEPT, 0L))));
        figures.add(new Figure("Rows held out", Words.whole(counts.getOrDefault("rows.heldOut", 0L))));
        figures.add(new Figure("Different prompts", Words.whole(counts.getOrDefault("prompts.distinct", 0L))));
        if (card.sampling().wanted() > 0) {
            figures.add(
                    new Figure("Answers sampled", Words.whole(card.sampling().answered()), ofWanted()));
        }
        if (card.paths().pairs() > 0) {
            figures.add(
                    new Figure("Right beside wrong", Words.whole(card.paths().pairs()), "pairs"));
        }
        if (card.mix() != null) {
            figures.add(new Figure(
                    "Not in English", share(card.mix().nonEnglish(), card.mix().rows())));
        }
        long tokens = card.teachers().stream()
                .mapToLong(teacher -> teacher.promptTokens() + teacher.answerTokens())
                .sum();
        if (tokens > 0) {
            figures.add(new Figure("Teachers' tokens", rounded(tokens)));
        }
        costs().forEach((currency, cost) -> figures.add(new Figure("Teachers' cost", Words.money(cost, ""), currency)));
        return figures.stream().map(Figure::tag).toList();
    }

    private String ofWanted() {
        long wanted = card.sampling().wanted();
        return card.sampling().answered() == wanted ? "" : "of " + Words.whole(wanted);
    }

    /** A number whose first digits tell enough; the table has all of them. */
    private static String rounded(long number) {
        return number < 1_000_000 ? Words.whole(number) : String.format(Locale.ROOT, "%,.1f M", number / 1e6);
    }

    /** Rounded down: what is asked for as a share is reached where it shows. */
    private static String share(long part, long whole) {
        return whole == 0 ? "–" : "%d.%d %%".formatted(100 * part / whole, 1000 * part / whole % 10);
    }

    private Map<String, BigDecimal> costs() {
        Map<String, BigDecimal> sums = new LinkedHashMap<>();
        for (Teacher teacher : card.teachers()) {
            if (teacher.cost() != null) {
                sums.merge(
                        Objects.requireNonNullElse(teacher.currency(), ""),
                        new BigDecimal(teacher.cost()),
                        BigDecimal::add);
            }
        }
        return sums;
    }
}
