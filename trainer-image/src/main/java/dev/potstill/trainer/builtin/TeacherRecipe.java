package dev.potstill.trainer.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.api.Stage;
import dev.potstill.contract.Json;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.CrossEntropy;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Checkpoints;
import dev.potstill.trainer.train.Epochs;
import dev.potstill.trainer.train.Objective;
import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.train.Schedule;
import dev.potstill.trainer.train.TrainingLoop;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How {@code builtin://word-problem-teacher} was made: a Llama of 2.4 million parameters, trained from nothing on word problems of the
 * training stream, each seen once. {@code examples/quickstart/teacher/train} runs it.
 */
public final class TeacherRecipe {
    private static final int STEPS = 850;
    private static final int ROWS_A_STEP = 64;
    private static final double LEARNING_RATE = 1.5e-3;
    private static final int WARMUP_STEPS = 50;
    private static final AdamW OPTIMIZER = new AdamW(0.95, 0.01, 1);
    private static final double INITIAL_DEVIATION = 0.05;
    private static final long SEED = 42;
    /** Of the problems: another stream than the one the quickstart distils on. */
    private static final long PROBLEMS_SEED = 1;

    private TeacherRecipe() {}

    /** @param arguments the folder to write the model to, and one to keep checkpoints in */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path work = Path.of(arguments[1]);
        Torch.start(Runtime.getRuntime().availableProcessors());
        TokenizerFiles files = tokenizer();
        ModelConfig config = ModelConfig.of(config(), "config.json");
        try (Tokenizer tokenizer = Tokenizer.open(files);
                LanguageModel model = LanguageModel.random(config, ElementType.F32, INITIAL_DEVIATION, SEED)) {
            train(model, problems(tokenizer), work);
            HfFolder.save(folder, config.json(), rounded(model), files);
        }
    }

    private static TokenizerFiles tokenizer() {
        SpecialTokens special =
                new SpecialTokens(Optional.of(token("<bos>")), List.of(token("<eos>")), Optional.of(token("<pad>")));
        return new TokenizerFiles(
                Path.of("tokenizer.json"),
                WordProblemTokenizer.tokenizerJson(),
                Optional.of(WordProblemTokenizer.chatTemplate()),
                special);
    }

    private static SpecialTokens.Token token(String text) {
        return new SpecialTokens.Token(WordProblemTokenizer.tokens().indexOf(text), text);
    }

    private static JsonNode config() throws IOException {
        try (InputStream json = TeacherRecipe.class.getResourceAsStream("word-problem-teacher.config.json")) {
            return Json.mapper().readTree(json);
        }
    }

    private static TrainingSet problems(Tokenizer tokenizer) {
        ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
        WordProblems problems = new WordProblems(PROBLEMS_SEED);
        List<Encoded> samples = new ArrayList<>();
        for (long i = 0; i < (long) STEPS * ROWS_A_STEP; i++) {
            WordProblems.Problem problem = problems.train(i);
            samples.add(encoder.encode(
                    List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()))));
        }
        return new TrainingSet(samples);
    }

    private static void train(LanguageModel model, TrainingSet set, Path work) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        model.names().forEach(name -> weights.put(name, model.get(name)));
        Epochs epochs = new Epochs(set.size(), 1, ROWS_A_STEP, 1, SEED);
        ProgressBoard board = new ProgressBoard(Stage.Response, System::nanoTime);
        try (Parameters parameters = new Parameters(weights, OPTIMIZER);
                Objective objective = new Likelihood(model, set, board)) {
            Checkpoints checkpoints = new Checkpoints(work, 50, 2, System.err::println);
            Schedule schedule = new Schedule(LEARNING_RATE, WARMUP_STEPS, epochs.steps());
            new TrainingLoop(epochs, schedule, checkpoints, board, new StopSignal()).run(parameters, objective);
        }
    }

    /** The weights in bf16, half the size. */
    private static List<TensorEntry> rounded(LanguageModel model) {
        Scope scope = Scope.open();
        return model.entries().stream()
                .map(entry -> {
                    long[] shape =
                            entry.shape().stream().mapToLong(Long::longValue).toArray();
                    Tensor fp32 = Tensor.over(scope, entry.bytes(), entry.type(), shape);
                    Tensor bf16 = Ops.copy(scope, fp32, ElementType.BF16);
                    return new TensorEntry(entry.name(), ElementType.BF16, entry.shape(), bf16.data());
                })
                .toList();
    }

    /** The likelihood of the answers. */
    private record Likelihood(LanguageModel model, TrainingSet set, ProgressBoard board, CrossEntropy loss)
            implements Objective {
        Likelihood(LanguageModel model, TrainingSet set, ProgressBoard board) {
            this(model, set, board, new CrossEntropy());
        }

        @Override
        public int units(int sample) {
            return set.targets(sample);
        }

        @Override
        public int tokens(int sample) {
            return set.tokens(sample);
        }

        @Override
        public Map<String, Double> accumulate(int[] samples, long units) {
            return Torch.withGradients(() -> {
                try (Scope scope = Scope.open()) {
                    Packed batch = model.pack(scope, set.rows(samples));
                    Tensor last = model.norm(scope, model.forward(scope, batch));
                    Tensor hidden = Ops.rows(scope, last, Teacher.targets(scope, batch, set, samples));
                    long[] tokens = set.labels(samples);
                    Tensor labels = Tensor.of(scope, tokens, tokens.length);
                    double sum = HeadChunks.backward(
                            model,
                            hidden,
                            (local, logits, chunk) -> loss.of(local, logits, chunk.of(local, labels), 1.0 / units));
                    System.err.println("step " + board.latest().step() + " loss " + sum);
                    return Map.of("loss", sum);
                }
            });
        }

        @Override
        public void close() {
            loss.close();
        }
    }
}
