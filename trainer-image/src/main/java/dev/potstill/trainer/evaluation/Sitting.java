package dev.potstill.trainer.evaluation;

import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.RowBudget;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** One model sits one exam: it answers greedily, many questions at once, and every answer is graded. */
final class Sitting {
    private final Subject subject;
    private final Exam exam;
    private final RowBudget budget;
    private final ProgressBoard progress;
    private final StopSignal stop;
    private long tokens;
    private int asked;

    Sitting(Subject subject, Exam exam, RowBudget budget, ProgressBoard progress, StopSignal stop) {
        this.subject = subject;
        this.exam = exam;
        this.budget = budget;
        this.progress = progress;
        this.stop = stop;
    }

    /** Tokens generated so far. */
    long tokens() {
        return tokens;
    }

    /** The answers in the order of the questions. */
    List<Answer> answers() {
        progress.begin(
                "scoring %s on %s".formatted(subject.name(), exam.suite()),
                0,
                exam.questions().size());
        List<Generator.Request> requests = requests();
        List<Answer> answers = new ArrayList<>();
        if (requests.isEmpty()) {
            return answers;
        }
        int rows = budget.rows(
                subject.model().config(),
                subject.model().type(),
                requests.getLast().prompt().length,
                exam.maxTokens());
        try (Generator generator = new Generator(subject.model())) {
            for (int from = 0; from < requests.size(); from += rows) {
                answers.addAll(answer(generator, requests.subList(from, Math.min(from + rows, requests.size()))));
            }
        }
        answers.sort(Comparator.comparingInt(Answer::question));
        return answers;
    }

    /** The questions as tokens, the shortest first: questions of a batch end in about as many steps. */
    private List<Generator.Request> requests() {
        ChatEncoder encoder = subject.encoder();
        List<Generator.Request> requests = new ArrayList<>();
        for (Question question : exam.questions()) {
            int[] prompt = encoder.prompt(List.of(new Message("user", question.prompt())));
            requests.add(new Generator.Request(prompt, requests.size()));
        }
        requests.sort(Comparator.comparingInt(request -> request.prompt().length));
        return requests;
    }

    private List<Answer> answer(Generator generator, List<Generator.Request> batch) {
        Sampling greedy = new Sampling(0, exam.maxTokens(), subject.tokenizer().eosIds(), 0);
        List<int[]> generated = generator.generate(batch, greedy, this::tick);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            answers.add(graded(Math.toIntExact(batch.get(i).key()), generated.get(i)));
        }
        asked += batch.size();
        progress.advance(asked, 0, Map.of());
        return answers;
    }

    private void tick(int more) {
        stop.check();
        tokens += more;
        progress.advance(asked, more, Map.of());
    }

    private Answer graded(int number, int[] generated) {
        Question question = exam.questions().get(number);
        String output = subject.tokenizer().decode(generated);
        return new Answer(
                number,
                question.prompt(),
                output,
                question.expected(),
                question.right().test(output));
    }
}
