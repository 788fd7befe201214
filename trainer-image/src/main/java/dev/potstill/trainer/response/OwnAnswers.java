package dev.potstill.trainer.response;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.model.RowBudget;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Some rows of a step with their last answer written anew by the student as it is at that step, and scored by the teacher (Agarwal et
 * al., 2024). What is drawn depends on the seed, the step and the weights alone, so that a resumed run draws the same.
 */
public final class OwnAnswers implements Lessons {
    private final TrainingSet data;
    private final FrozenLayers below;
    private final Scorer scorer;
    private final Settings settings;
    private final Generator generator;
    private final Map<Integer, Integer> places = new HashMap<>();
    private TrainingSet own = new TrainingSet(List.of());

    /**
     * @param percent of a step's rows
     * @param maxTokens of an answer
     * @param maxLength of a row
     * @param ends tokens that end an answer
     */
    public record Settings(int percent, int maxTokens, int maxLength, List<Integer> ends, long seed) {
        public Settings {
            ends = List.copyOf(ends);
        }
    }

    /** What a teacher in this process says of the student's rows. */
    public record Scorer(Teacher teacher, int k, double temperature) {}

    public OwnAnswers(TrainingSet data, FrozenLayers below, Scorer scorer, Settings settings) {
        this.data = data;
        this.below = below;
        this.scorer = scorer;
        this.settings = settings;
        this.generator = new Generator(below.model());
    }

    /** Has the student answer rows of this step. */
    void begin(long step, List<int[]> batches) {
        int[] chosen = choose(step, batches);
        List<Generator.Request> requests = new ArrayList<>();
        for (int sample : chosen) {
            requests.add(new Generator.Request(prompt(sample), (step << 24) + requests.size()));
        }
        places.clear();
        List<Encoded> rows = new ArrayList<>();
        List<int[]> answers = generate(requests);
        for (int i = 0; i < chosen.length; i++) {
            places.put(chosen[i], i);
            rows.add(row(requests.get(i).prompt(), answers.get(i)));
        }
        own = new TrainingSet(rows);
    }

    /** The step's rows that the student answers, in their order: a share of them all, drawn from those that can be answered. */
    private int[] choose(long step, List<int[]> batches) {
        int[] all = batches.stream().flatMapToInt(Arrays::stream).toArray();
        // What rounding takes from one step's share it gives to a later one's.
        long share = (long) all.length * settings.percent();
        long count = (step + 1) * share / 100 - step * share / 100;
        SplittableRandom random = new SplittableRandom(settings.seed() * 0x9E3779B97F4A7C15L + ~step);
        for (int i = all.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = all[i];
            all[i] = all[j];
            all[j] = other;
        }
        return Arrays.stream(all)
                .filter(sample -> start(sample) > 0 && start(sample) < settings.maxLength())
                .limit(count)
                .sorted()
                .toArray();
    }

    /** Where the last answer of a row begins. */
    private int start(int sample) {
        boolean[] answer = data.samples().get(sample).answer();
        int at = answer.length;
        while (at > 0 && !answer[at - 1]) {
            at--;
        }
        while (at > 0 && answer[at - 1]) {
            at--;
        }
        return at;
    }

    private int[] prompt(int sample) {
        return Arrays.copyOf(data.ids(sample), start(sample));
    }

    private List<int[]> generate(List<Generator.Request> requests) {
        LanguageModel model = below.model();
        int longest = requests.stream().mapToInt(r -> r.prompt().length).max().orElse(0);
        int rows = RowBudget.ofMachine().rows(model.config(), model.type(), longest, settings.maxTokens());
        Sampling sampling = new Sampling(1, settings.maxTokens(), settings.ends(), settings.seed());
        List<int[]> answers = new ArrayList<>();
        for (int from = 0; from < requests.size(); from += rows) {
            answers.addAll(generator.generate(
                    requests.subList(from, Math.min(requests.size(), from + rows)), sampling, tokens -> {}));
        }
        return answers;
    }

    private Encoded row(int[] prompt, int[] answer) {
        int length = Math.min(prompt.length + answer.length, settings.maxLength());
        int[] ids = Arrays.copyOf(prompt, length);
        System.arraycopy(answer, 0, ids, prompt.length, length - prompt.length);
        boolean[] marks = new boolean[length];
        Arrays.fill(marks, prompt.length, length, true);
        return new Encoded(ids, marks);
    }

    /** Whether the student answers this row of the data at this step. */
    boolean has(int sample) {
        return places.containsKey(sample);
    }

    /** These rows of the data by their place among the student's. */
    int[] places(int[] samples) {
        return Arrays.stream(samples).map(places::get).toArray();
    }

    @Override
    public TrainingSet set() {
        return own;
    }

    @Override
    public Tensor states(Scope scope, Packed batch, int[] samples) {
        return below.run(scope, batch);
    }

    @Override
    public Said said(Scope scope, int[] samples) {
        return scorer.teacher().said(scope, own, samples, scorer.k(), scorer.temperature());
    }

    @Override
    public void close() {
        generator.close();
        scorer.teacher().close();
    }
}
