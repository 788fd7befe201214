import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Stage;
import dev.potstill.contract.Sha256;
import dev.potstill.contract.WorkspaceLayout;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.Kind;
import dev.potstill.trainer.signals.SignalCache;
import dev.potstill.trainer.signals.SignalStore;
import dev.potstill.trainer.signals.Teacher;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.HfFolder;
import dev.potstill.trainer.weights.ModelFiles;
import java.time.Clock;

// The teacher of bench/teacher: a mixture of experts of 2.4 GB in fp32, of which a token passes an eighth.
// Signals.java draw MODEL                                writes it, with random weights
// Signals.java resident|streamed MODEL OUT TOKENS THREADS  stores its 64 likeliest next tokens for random rows, and prints seconds,
//                                                        tokens, tokens of a block, MiB of memory there are
// Signals.java compare OUT OTHER TOKENS                  prints the greatest difference of what is stored, and whether the tokens are the same

static final String SHAPE = """
        {"model_type": "mixtral", "vocab_size": 4096, "hidden_size": 256, "intermediate_size": 384, "num_hidden_layers": 32,
         "num_attention_heads": 4, "num_key_value_heads": 2, "num_local_experts": 64, "num_experts_per_tok": 2,
         "rms_norm_eps": 1e-5, "rope_theta": 10000, "max_position_embeddings": 1024, "tie_word_embeddings": false}
        """;

static final int LENGTH = 256;
static final int VOCABULARY = 4096;
static final int K = 64;

void main(String[] args) throws Exception {
    switch (args[0]) {
        case "draw" -> draw(Path.of(args[1]));
        case "compare" -> {
            Torch.start(1);
            compare(Path.of(args[1]), Path.of(args[2]), rows(Integer.parseInt(args[3])));
        }
        default -> {
            Torch.start(Integer.parseInt(args[4]));
            store(args[0].equals("streamed"), Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]));
        }
    }
}

static void draw(Path folder) throws Exception {
    ModelConfig config = ModelConfig.of(new ObjectMapper().readTree(SHAPE), "SHAPE");
    List<String> tokens = WordProblemTokenizer.tokens();
    SpecialTokens special = new SpecialTokens(
            Optional.empty(), List.of(new SpecialTokens.Token(tokens.indexOf("<eos>"), "<eos>")), Optional.empty());
    TokenizerFiles tokenizer =
            new TokenizerFiles(folder, WordProblemTokenizer.tokenizerJson(), Optional.empty(), special);
    try (LanguageModel model = LanguageModel.random(config, ElementType.F32, 0.05, 1)) {
        HfFolder.save(folder, config.json(), model.entries(), tokenizer);
        IO.println(model.bytes());
    }
}

static void store(boolean streamed, Path folder, Path out, int tokens) {
    TrainingSet set = rows(tokens);
    long start = System.nanoTime();
    try (ModelFiles files = ModelFiles.open(folder);
            LanguageModel model = streamed
                    ? LanguageModel.streamed(files, ElementType.F32, _ -> {})
                    : LanguageModel.load(files, ElementType.F32);
            TopSource teacher = new Teacher(model).top(K, 2);
            SignalCache cache = cache(out);
            SignalStore store = signals(cache, set)) {
        long block = teacher.blockTokens(Hardware.memory());
        store.fill(
                "reading the teacher's answers",
                (scope, rest, samples) -> Teacher.rows(teacher.said(scope, rest, samples)),
                block,
                new ProgressBoard(Stage.Response, System::nanoTime),
                new StopSignal());
        long all = (long) set.size() * LENGTH;
        IO.println("%.2f %d %d %d".formatted((System.nanoTime() - start) / 1e9, all, Math.min(all, block), Hardware.memory() >> 20));
    }
}

static TrainingSet rows(int tokens) {
    SplittableRandom random = new SplittableRandom(2);
    boolean[] answer = new boolean[LENGTH];
    Arrays.fill(answer, 1, LENGTH, true);
    return new TrainingSet(IntStream.range(0, (tokens + LENGTH - 1) / LENGTH)
            .mapToObj(_ -> new Encoded(random.ints(LENGTH, 0, VOCABULARY).toArray(), answer))
            .toList());
}

static SignalCache cache(Path out) {
    return new SignalCache(new WorkspaceLayout(out), Long.MAX_VALUE, Clock.systemUTC(), warning -> {
        throw new IllegalStateException(warning);
    });
}

static SignalStore signals(SignalCache cache, TrainingSet set) {
    return new SignalStore(cache, set, List.of(new Kind("top", Sha256.of("bench"), Teacher.topColumns(K, VOCABULARY))));
}

static void compare(Path one, Path other, TrainingSet set) {
    double worst = 0;
    boolean same = true;
    try (SignalCache first = cache(one);
            SignalCache second = cache(other);
            SignalStore a = signals(first, set);
            SignalStore b = signals(second, set)) {
        for (int sample = 0; sample < set.size(); sample++) {
            try (Scope scope = Scope.open()) {
                Said x = Teacher.said(scope, a, new int[] {sample});
                Said y = Teacher.said(scope, b, new int[] {sample});
                worst = Math.max(worst, Math.max(difference(x.logP(), y.logP()), difference(x.logTail(), y.logTail())));
                same &= difference(x.ids(), y.ids()) == 0;
            }
        }
    }
    IO.println("%.1e %b".formatted(worst, same));
}

static double difference(Tensor one, Tensor other) {
    try (Scope scope = Scope.open()) {
        float[] a = Ops.contiguous(scope, one, ElementType.F32).floats();
        float[] b = Ops.contiguous(scope, other, ElementType.F32).floats();
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs((double) a[i] - b[i])).max().orElseThrow();
    }
}
