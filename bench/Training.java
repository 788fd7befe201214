import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.potstill.api.Student;
import dev.potstill.trainer.engine.Ops;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Listed;
import dev.potstill.trainer.model.Adapters;
import dev.potstill.trainer.model.HeadChunks;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.LayerPass;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Packed;
import dev.potstill.trainer.train.AdamW;
import dev.potstill.trainer.train.Parameters;
import dev.potstill.trainer.weights.ElementType;
import java.lang.management.ManagementFactory;
import java.util.random.RandomGenerator;

// Our side of bench/training: a step of adapters on all linear layers of SmolLM2-135M's shape, with random weights, on random tokens.
// Training.java TYPE ROWS LENGTH RANK THREADS    for each line read takes one step, and prints its milliseconds: passed, and of
// processor time; and the MiB of memory that the process had at its peak. CHECKPOINTING=Full has layers computed again

static final String SHAPE = """
        {"model_type": "llama", "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
         "num_attention_heads": 9, "num_key_value_heads": 3, "rms_norm_eps": 1e-5, "rope_theta": 100000,
         "max_position_embeddings": 8192, "tie_word_embeddings": true}
        """;

/** Of the logits of the labels [N, 1], and of all others the logarithm of the sum of their exponentials. */
static final String CROSS_ENTROPY = """
        def cross_entropy(self, label: Tensor, others: Tensor, scale: float) -> Tensor:
            return (torch.logaddexp(label, others) - label).sum() * scale
        """;

static final RandomGenerator RANDOM = new SplittableRandom(1);
static final OperatingSystemMXBean MACHINE = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

void main(String[] args) throws Exception {
    ElementType type = args[0].equals("bf16") ? ElementType.BF16 : ElementType.F32;
    Torch.start(Integer.parseInt(args[4]));
    ModelConfig config = ModelConfig.of(new ObjectMapper().readTree(SHAPE), "SHAPE");
    List<int[]> rows = IntStream.range(0, Integer.parseInt(args[1]))
            .mapToObj(_ -> RANDOM.ints(Integer.parseInt(args[2]), 0, config.vocabulary()).toArray())
            .toList();
    int rank = Integer.parseInt(args[3]);
    try (LanguageModel model = LanguageModel.random(config, type, 0.02, 1);
            Parameters parameters = adapters(model, new Adapters(rank, 2, Student.Targets.AllLinear));
            Script loss = Script.of(CROSS_ENTROPY)) {
        model.recompute("Full".equals(System.getenv("CHECKPOINTING")));
        while (IO.readln() != null) {
            long start = System.nanoTime();
            long processor = MACHINE.getProcessCpuTime();
            learn(model, loss, rows);
            parameters.step(1e-4);
            IO.println("%.3f %.3f %d".formatted((System.nanoTime() - start) / 1e6, (MACHINE.getProcessCpuTime() - processor) / 1e6, peak()));
        }
    }
}

/** A uniform in ±1/√width, B zero. */
static Parameters adapters(LanguageModel model, Adapters adapters) {
    model.adapted().attach(adapters);
    Map<String, Tensor> trained = new LinkedHashMap<>();
    for (String name : model.adapted().names()) {
        Tensor tensor = model.get(name);
        trained.put(name, tensor);
        if (name.contains("lora_A")) {
            float[] values = new float[Math.toIntExact(tensor.elements())];
            double bound = 1 / Math.sqrt(tensor.size(1));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) RANDOM.nextDouble(-bound, bound);
            }
            try (Scope scope = Scope.open()) {
                Ops.assign(tensor, Tensor.of(scope, values, tensor.shape()));
            }
        }
    }
    return new Parameters(trained, AdamW.FINE_TUNING);
}

static double learn(LanguageModel model, Script loss, List<int[]> rows) {
    return Torch.withGradients(() -> {
        try (Scope scope = Scope.open()) {
            Packed batch = model.pack(scope, rows);
            LayerPass pass = new LayerPass(model, scope, batch);
            Tensor last = pass.through(model.embed(scope, batch.ids()), 0, model.config().layers());
            Tensor hidden = model.norm(scope, last);
            long[] tokens = RANDOM.ints(batch.tokens(), 0, model.config().vocabulary()).asLongStream().toArray();
            Tensor labels = Tensor.of(scope, tokens, tokens.length, 1);
            double value = HeadChunks.backward(model, hidden, new Likelihood(loss, labels), List.of());
            pass.backward();
            return value;
        }
    });
}

record Likelihood(Script loss, Tensor labels) implements HeadChunks.ListedLoss {
    @Override
    public double temperature() {
        return 1;
    }

    @Override
    public Tensor tokens(Scope scope, HeadChunks.Chunk chunk) {
        return chunk.of(scope, labels);
    }

    @Override
    public Tensor of(Scope scope, Listed logits, HeadChunks.Chunk chunk) {
        return loss.call(scope, "cross_entropy", logits.logits(), logits.others(), 1.0 / labels.size(0));
    }
}

static long peak() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
        return lines.filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
