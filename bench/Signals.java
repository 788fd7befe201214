import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.api.Stage;
import dev.potstill.trainer.builtin.WordProblemTokenizer;
import dev.potstill.trainer.engine.Hardware;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.run.ProgressBoard;
import dev.potstill.trainer.run.StopSignal;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

// The teacher of bench/teacher: a mixture of experts of 2.4 GB in fp32, of which a token passes an eighth.
// Signals.java draw MODEL                                writes it, with random weights
// Signals.java resident|streamed MODEL OUT TOKENS THREADS  stores its 64 likeliest next tokens for random rows, and prints seconds,
//                                                        tokens, tokens of a block, MiB of memory there are
// Signals.java compare OUT OTHER                         prints the greatest difference of what is stored

static final String SHAPE = """
        {"model_type": "mixtral", "vocab_size": 4096, "hidden_size": 256, "intermediate_size": 384, "num_hidden_layers": 32,
         "num_attention_heads": 4, "num_key_value_heads": 2, "num_local_experts": 64, "num_experts_per_tok": 2,
         "rms_norm_eps": 1e-5, "rope_theta": 10000, "max_position_embeddings": 1024, "tie_word_embeddings": false}
        """;

static final int LENGTH = 256;

void main(String[] args) throws Exception {
    switch (args[0]) {
        case "draw" -> draw(Path.of(args[1]));
        case "compare" -> compare(Path.of(args[1]), Path.of(args[2]));
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
                    ? LanguageModel.streamed(files, ElementType.F32)
                    : LanguageModel.load(files, ElementType.F32);
            TopSource teacher = new Teacher(model).top(64, 2)) {
        long block = teacher.blockTokens(Hardware.memory());
        new SignalStore(out, set, Teacher.topColumns(teacher.k()))
                .fill(
                        "reading the teacher's answers",
                        (scope, samples) -> Teacher.rows(teacher.said(scope, set, samples)),
                        block,
                        new ProgressBoard(Stage.Response, System::nanoTime),
                        new StopSignal())
                .close();
        long all = (long) set.size() * LENGTH;
        IO.println("%.2f %d %d %d".formatted((System.nanoTime() - start) / 1e9, all, Math.min(all, block), Hardware.memory() >> 20));
    }
}

static TrainingSet rows(int tokens) {
    SplittableRandom random = new SplittableRandom(2);
    boolean[] answer = new boolean[LENGTH];
    Arrays.fill(answer, 1, LENGTH, true);
    return new TrainingSet(IntStream.range(0, (tokens + LENGTH - 1) / LENGTH)
            .mapToObj(_ -> new Encoded(random.ints(LENGTH, 0, 4096).toArray(), answer))
            .toList());
}

static void compare(Path one, Path other) throws Exception {
    double worst = 0;
    for (String column : List.of("log-p", "log-tail")) {
        java.nio.FloatBuffer a = floats(one.resolve(column + ".bin"));
        java.nio.FloatBuffer b = floats(other.resolve(column + ".bin"));
        if (a.limit() != b.limit() || a.limit() == 0) {
            throw new IllegalStateException(column + ": " + a.limit() + " and " + b.limit() + " values");
        }
        for (int i = 0; i < a.limit(); i++) {
            worst = Math.max(worst, Math.abs((double) a.get(i) - b.get(i)));
        }
    }
    IO.println("%.1e %b".formatted(worst, Files.mismatch(one.resolve("ids.bin"), other.resolve("ids.bin")) < 0));
}

static java.nio.FloatBuffer floats(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file)) {
        ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
