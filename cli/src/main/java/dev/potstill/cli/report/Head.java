package dev.potstill.cli.report;

import dev.potstill.api.Condition;
import dev.potstill.api.DistillationRunStatus;
import dev.potstill.api.Stage;
import dev.potstill.api.Suite;
import dev.potstill.pipeline.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The run's name, how it ended, and its most telling numbers. */
record Head(String name, DistillationRunStatus status, Scores scores) {

    Tag tag() {
        return Tag.of("header")
                .add(
                        Tag.of("p", "Potstill distillation report").classed("over"),
                        Tag.of("h1", name),
                        Tag.of("p").classed("badges").addAll(badges()),
                        Tag.of("p", Optional.ofNullable(status.summary()).orElse(""))
                                .classed("summary"),
                        Tag.of("dl").classed("figures").addAll(figures()));
    }

    private List<Tag> badges() {
        var badges = new ArrayList<Tag>();
        badges.add(
                switch (state("Succeeded")) {
                    case True -> badge("Succeeded", "good");
                    case False -> badge("Failed", "bad");
                    case Unknown -> badge("Not finished", "open");
                });
        condition("GatesPassed")
                .filter(gates -> !gates.reason().equals("NoGates"))
                .ifPresent(gates -> badges.add(
                        switch (gates.status()) {
                            case True -> badge("All gates passed", "good");
                            case False -> badge("Gate missed", "bad");
                            case Unknown -> badge("Not evaluated", "open");
                        }));
        return badges;
    }

    private static Tag badge(String text, String style) {
        return Tag.of("span", text).classed("badge " + style);
    }

    private Condition.Status state(String type) {
        return condition(type).map(Condition::status).orElse(Condition.Status.Unknown);
    }

    private Optional<Condition> condition(String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Of the first suite: the last model made, beside what it started from and what it learnt from. */
    private List<Tag> figures() {
        var figures = new ArrayList<Tag>();
        List<String> models = scores.models();
        if (!models.isEmpty()) {
            Suite suite = scores.suites().getFirst();
            models.stream()
                    .filter(model -> List.of("Start", "Teacher", Stage.Quantization.name())
                                    .contains(model)
                            || Summary.student(models).filter(model::equals).isPresent())
                    .forEach(model -> scores.score(model, suite)
                            .ifPresent(score ->
                                    figures.add(new Figure(model + ", " + suite, Summary.valueAndUnit(score)).tag())));
        }
        if (scores.secondsInAll() > 0) {
            figures.add(new Figure("Time in all stages", Summary.duration(scores.secondsInAll())).tag());
        }
        return figures;
    }
}
