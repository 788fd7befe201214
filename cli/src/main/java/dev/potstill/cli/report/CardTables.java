package dev.potstill.cli.report;

import dev.potstill.contract.DataCard;
import dev.potstill.contract.DataCard.Mix;
import dev.potstill.contract.DataCard.Sampling;
import dev.potstill.contract.DataCard.Source;
import dev.potstill.contract.DataCard.Step;
import dev.potstill.contract.DataCard.Teacher;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** What of a data card is read line by line: sources, teachers and steps. */
record CardTables(DataCard card) {
    private static final int SHORT_DIGEST = 12;

    List<Tag> tags() {
        List<Tag> tags = new ArrayList<>();
        tags.add(table(
                "Sources",
                List.of("Source", "Format", "Licence", "Digest"),
                4,
                card.sources().stream().map(CardTables::source).toList()));
        tags.add(table(
                "Teachers",
                List.of("Teacher", "Prompts", "Answers", "Rows", "Tokens asked", "Tokens answered", "Cost"),
                1,
                card.teachers().stream().map(CardTables::teacher).toList()));
        tags.add(table(
                "Steps",
                List.of("Step", "In", "Added", "Out", "Held out", "Dropped"),
                1,
                card.steps().stream().map(CardTables::step).toList()));
        tags.add(Tag.of("p", sampling(card.sampling()) + mix()).classed("note"));
        return tags;
    }

    /** @param words how many of the first columns hold words and not numbers */
    private static Tag table(String title, List<String> columns, int words, List<Tag> rows) {
        Tag head = Tag.of("tr");
        columns.forEach(column -> head.add(Tag.of("th", column).set("scope", "col")));
        return Tag.of("div")
                .classed("titled")
                .add(
                        Tag.of("h3", title),
                        Tag.of("div")
                                .classed("scroll")
                                .add(Tag.of("table")
                                        .classed(words == 1 ? "numbers" : "words")
                                        .add(
                                                Tag.of("thead").add(head),
                                                Tag.of("tbody").addAll(rows))));
    }

    private static Tag source(Source source) {
        boolean hashed = source.digest().matches("[0-9a-f]{64}");
        Tag digest = Tag.of("td");
        if (hashed) {
            digest.add(
                    Tag.of("code", source.digest().substring(0, SHORT_DIGEST)).set("title", source.digest()));
        } else {
            digest.text("ships with the trainer");
        }
        return Tag.of("tr")
                .add(
                        Tag.of("th", source.uri()).set("scope", "row").classed("long"),
                        Tag.of("td", source.format()),
                        Tag.of("td", Objects.requireNonNullElse(source.license(), "not stated")),
                        digest);
    }

    private static Tag teacher(Teacher teacher) {
        String cost = teacher.cost() == null
                ? "–"
                : Words.money(new BigDecimal(teacher.cost()), Objects.requireNonNullElse(teacher.currency(), ""));
        return Tag.of("tr")
                .add(Tag.of("th", teacher.name()).set("scope", "row").set("title", teacher.model()))
                .add(
                        number(teacher.prompts()),
                        number(teacher.answers()),
                        number(teacher.rows()),
                        number(teacher.promptTokens()),
                        number(teacher.answerTokens()),
                        Tag.of("td", cost));
    }

    private static Tag step(Step step) {
        String dropped = step.dropped().entrySet().stream()
                .map(reason -> "%s %s".formatted(Words.whole(reason.getValue()), Words.reason(reason.getKey())))
                .collect(Collectors.joining(", "));
        return Tag.of("tr")
                .add(
                        Tag.of("th", Words.title(step.name())).set("scope", "row"),
                        number(step.in()),
                        number(step.added()),
                        number(step.out()),
                        number(step.heldOut()),
                        Tag.of("td", dropped.isEmpty() ? "–" : dropped).classed("wrap"));
    }

    private static Tag number(long value) {
        return Tag.of("td", Words.whole(value));
    }

    private static String sampling(Sampling sampling) {
        if (sampling.wanted() == 0) {
            return "No answers were sampled.";
        }
        String limit = sampling.tokenBudget() == null
                ? ""
                : ", within %s tokens".formatted(Words.whole(sampling.tokenBudget()));
        return "Sampled: %s a prompt at temperature %s, up to %s tokens each%s."
                .formatted(
                        sampling.samplesPerPrompt() == 1 ? "1 answer" : sampling.samplesPerPrompt() + " answers",
                        sampling.temperature(),
                        Words.whole(sampling.maxTokens()),
                        limit);
    }

    private String mix() {
        Mix mix = card.mix();
        if (mix == null) {
            return "";
        }
        return " Languages: %s of %s rows are not in English (asked for: %d %%), after %s rows in English were left out and %s others repeated."
                .formatted(
                        Words.whole(mix.nonEnglish()),
                        Words.whole(mix.rows()),
                        mix.askedPercent(),
                        Words.whole(mix.left()),
                        Words.whole(mix.repeated()));
    }
}
