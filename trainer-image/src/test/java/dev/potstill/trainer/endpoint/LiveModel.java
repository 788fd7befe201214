package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Json;
import dev.potstill.trainer.endpoint.FaultyServer.Fault;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An OpenAI-compatible server as a process of its own: {@code /v1/models}, {@code /v1/chat/completions} and {@code /v1/completions} of
 * one model, whose answers to questions that wait at the same time are sampled side by side. So many percent of questions meet a fault:
 * busy, broken, slow or cut off.
 */
public final class LiveModel implements FaultyServer.Answers {
    private static final int SIDE_BY_SIDE = 64;

    private final ModelServer served;
    private final ChatEncoder encoder;
    private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();

    /** A question, and where its answer goes. */
    private record Waiting(int[] prompt, JsonNode question, CompletableFuture<ObjectNode> answer) {
        int maxTokens() {
            return question.path("max_tokens").asInt(16);
        }

        double temperature() {
            return question.path("temperature").asDouble(1);
        }
    }

    private LiveModel(ModelServer served) {
        this.served = served;
        this.encoder = new ChatEncoder(ChatTemplate.of(served.tokenizer().files()), served.tokenizer());
    }

    /** Arguments: the model's folder, a file that every chat answer which was sent is told in, and percent of faults. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        LiveModel model = new LiveModel(ModelServer.open(Path.of(arguments[0]), Speaks.VLLM));
        int percent = Integer.parseInt(arguments[2]);
        Writer journal =
                Files.newBufferedWriter(Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        FaultyServer server = FaultyServer.start(model)
                .always(number -> fault(number, percent))
                .told(asked -> tell(journal, asked));
        System.out.println(server.url());
        System.out.flush();
        model.generate();
    }

    private static void tell(Writer journal, FaultyServer.Asked asked) {
        if (!asked.path().endsWith("chat/completions")) {
            return;
        }
        synchronized (journal) {
            try {
                journal.write(asked.question().path("messages").toString() + " seed "
                        + asked.question().path("seed") + "\n");
                journal.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Optional<Fault> fault(int number, int percent) {
        SplittableRandom random = new SplittableRandom(number);
        if (random.nextInt(100) >= percent) {
            return Optional.empty();
        }
        return Optional.of(
                switch (random.nextInt(5)) {
                    case 0 -> Fault.status(429, "{\"error\": {\"message\": \"busy\"}}", "Retry-After", "1");
                    case 1 -> Fault.status(429, "{\"error\": {\"message\": \"busy\"}}", "Retry-After", inASecond());
                    case 2 -> Fault.status(500, "oops");
                    case 3 -> Fault.slow(Duration.ofMillis(300));
                    default -> Fault.cut("{\"choices\": [{\"message\": {\"content\": \"5");
                });
    }

    private static String inASecond() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(1).atOffset(ZoneOffset.UTC));
    }

    @Override
    public Object answer(String path, JsonNode question) throws Exception {
        return switch (path) {
            case "/v1/models" -> Json.mapper().readTree("""
                    {"object": "list", "data": [{"id": "served", "object": "model", "owned_by": "test"}]}""");
            case "/v1/chat/completions" -> {
                List<Message> messages = new ArrayList<>();
                for (JsonNode message : question.path("messages")) {
                    messages.add(Json.mapper().treeToValue(message, Message.class));
                }
                var waiting = new Waiting(encoder.prompt(messages), question, new CompletableFuture<>());
                queue.add(waiting);
                yield waiting.answer().get();
            }
            default -> served.answer(path, question);
        };
    }

    /** Answers whoever waits, side by side, for as long as the process lives. */
    private void generate() throws InterruptedException {
        try (Generator generator = new Generator(served.model())) {
            while (true) {
                List<Waiting> batch = new ArrayList<>(List.of(queue.take()));
                queue.drainTo(batch, SIDE_BY_SIDE - 1);
                var first = batch.getFirst();
                batch.stream()
                        .filter(one -> one.temperature() != first.temperature())
                        .forEach(queue::add);
                batch.removeIf(one -> one.temperature() != first.temperature());
                synchronized (served) {
                    answer(generator, batch);
                }
            }
        }
    }

    private void answer(Generator generator, List<Waiting> batch) {
        int most = batch.stream().mapToInt(Waiting::maxTokens).max().orElseThrow();
        var sampling = new Sampling(
                batch.getFirst().temperature(), most, served.tokenizer().eosIds(), 0);
        List<int[]> made = generator.generate(
                batch.stream()
                        .map(one -> new Generator.Request(
                                one.prompt(), one.question().path("seed").asLong()))
                        .toList(),
                sampling,
                tokens -> {});
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer().complete(answer(batch.get(i), made.get(i)));
        }
    }

    private ObjectNode answer(Waiting asked, int[] made) {
        int[] said = made.length > asked.maxTokens() ? java.util.Arrays.copyOf(made, asked.maxTokens()) : made;
        boolean ended = said.length > 0 && served.tokenizer().eosIds().contains(said[said.length - 1]);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "chat.completion").put("model", "served");
        answer.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", ended ? "stop" : "length")
                .putObject("message")
                .put("role", "assistant")
                .put("content", served.tokenizer().decode(said));
        answer.putObject("usage")
                .put("prompt_tokens", asked.prompt().length)
                .put("completion_tokens", said.length)
                .put("total_tokens", asked.prompt().length + said.length);
        return answer;
    }
}
