import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.weights.ElementType;

// Our side of bench/generate: SmolLM2-135M's shape with random weights, greedy from one token.
// Generation.java TYPE BATCH TOKENS THREADS    for each line read generates once, and prints the milliseconds of each step

static final String SHAPE = """
        {"model_type": "llama", "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
         "num_attention_heads": 9, "num_key_value_heads": 3, "rms_norm_eps": 1e-5, "rope_theta": 100000,
         "max_position_embeddings": 8192, "tie_word_embeddings": true}
        """;

void main(String[] args) throws Exception {
    ElementType type = args[0].equals("bf16") ? ElementType.BF16 : ElementType.F32;
    int tokens = Integer.parseInt(args[2]);
    Torch.start(Integer.parseInt(args[3]));
    List<Generator.Request> rows = IntStream.range(0, Integer.parseInt(args[1]))
            .mapToObj(row -> new Generator.Request(new int[] {1}, row))
            .toList();
    ModelConfig config = ModelConfig.of(new ObjectMapper().readTree(SHAPE), "SHAPE");
    try (LanguageModel model = LanguageModel.random(config, type, 0.02, 1);
            Generator generator = new Generator(model)) {
        while (IO.readln() != null) {
            IO.println(steps(generator, rows, tokens));
        }
    }
}

static String steps(Generator generator, List<Generator.Request> rows, int tokens) {
    List<Long> ends = new ArrayList<>();
    // The first step is the prompt's: every later one ends with a tick.
    generator.generate(rows, new Sampling(0, tokens, List.of(), 0), _ -> ends.add(System.nanoTime()));
    return IntStream.range(1, ends.size())
            .mapToObj(step -> "%.3f".formatted((ends.get(step) - ends.get(step - 1)) / 1e6))
            .collect(Collectors.joining(" "));
}
