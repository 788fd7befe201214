package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.contract.Json;
import dev.potstill.trainer.endpoint.FaultyServer.Refused;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.model.Generator;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.model.Sampling;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** Serves a model folder as one of the servers of the field does: what it takes, what it answers, what it refuses. */
public final class ModelServer implements FaultyServer.Answers, AutoCloseable {
    /** vLLM's default. */
    private static final int MAX_LOGPROBS = 20;

    private final ModelFiles files;
    private final LanguageModel model;
    private final Tokenizer tokenizer;
    private final Speaks speaks;
    private boolean closed;
    private BiConsumer<String, ObjectNode> change = (path, answer) -> {};

    public enum Speaks {
        VLLM,
        SGLANG,
        LLAMA_CPP,
        /** Echo, with tokens by id. */
        ECHO_IDS,
        /** Echo, with tokens by text. */
        ECHO_TEXTS
    }

    private ModelServer(ModelFiles files, LanguageModel model, Tokenizer tokenizer, Speaks speaks) {
        this.files = files;
        this.model = model;
        this.tokenizer = tokenizer;
        this.speaks = speaks;
    }

    public static ModelServer open(Path folder, Speaks speaks) {
        Torch.start(1);
        ModelFiles files = ModelFiles.open(folder);
        LanguageModel model = LanguageModel.load(files, ElementType.F32);
        return new ModelServer(files, model, Tokenizer.open(files.tokenizer()), speaks);
    }

    /** What is done to every answer before it is sent. */
    ModelServer change(BiConsumer<String, ObjectNode> made) {
        change = made;
        return this;
    }

    /** One at a time: the model is not made for more. */
    @Override
    public synchronized Object answer(String path, JsonNode question) throws Refused, IOException {
        ObjectNode answer = switch (path) {
            case "/v1/completions" -> completions(question);
            case "/v1/chat/completions" -> chat(question);
            case "/generate" -> generate(question);
            default -> throw new Refused(404, "no such path");
        };
        change.accept(path, answer);
        return answer;
    }

    LanguageModel model() {
        return model;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    private static int[] ids(JsonNode prompt) {
        return IntStream.range(0, prompt.size())
                .map(i -> prompt.get(i).intValue())
                .toArray();
    }

    /** Log probabilities of the next token after each of these [T, V], as servers have them: in single precision. */
    private float[][] logProbabilities(int[] ids) {
        try (Scope scope = Scope.open()) {
            var hidden = model.norm(scope, model.forward(scope, model.pack(scope, List.of(ids))));
            float[] logits = model.logits(scope, hidden).floats();
            int vocabulary = model.config().vocabulary();
            float[][] all = new float[ids.length][];
            for (int t = 0; t < ids.length; t++) {
                float[] row = Arrays.copyOfRange(logits, t * vocabulary, (t + 1) * vocabulary);
                double sum = 0;
                for (float logit : row) {
                    sum += Math.exp(logit);
                }
                for (int i = 0; i < vocabulary; i++) {
                    row[i] = (float) (row[i] - Math.log(sum));
                }
                all[t] = row;
            }
            return all;
        }
    }

    private static int[] top(float[] row, int k) {
        return IntStream.range(0, row.length)
                .boxed()
                .sorted(Comparator.comparing(i -> -row[i]))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private String text(int id) {
        return tokenizer.decode(new int[] {id}, false);
    }

    private ObjectNode completions(JsonNode question) throws Refused {
        if (!question.path("model").asText().equals("served")) {
            throw new Refused(404, "The model `" + question.path("model").asText() + "` does not exist.");
        }
        int[] ids = ids(question.path("prompt"));
        int logprobs = question.path("logprobs").asInt(0);
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "text_completion");
        ObjectNode choice =
                answer.putArray("choices").addObject().put("index", 0).put("text", "x");
        switch (speaks) {
            case VLLM -> {
                int k = question.path("prompt_logprobs").asInt(0);
                if (Math.max(k, logprobs) > MAX_LOGPROBS) {
                    throw new Refused(
                            400, "Requested prompt logprobs of " + k + ", which is greater than max allowed: 20");
                }
                promptLogprobs(choice, ids, k);
            }
            case LLAMA_CPP -> {
                if (question.path("echo").asBoolean()) {
                    throw new Refused(500, "Only no echo is supported");
                }
                nextToken(choice, ids, logprobs, question.path("logit_bias"));
            }
            case SGLANG, ECHO_TEXTS ->
                echo(choice, ids, logprobs, question.path("echo").asBoolean(), false);
            case ECHO_IDS -> echo(choice, ids, logprobs, question.path("echo").asBoolean(), true);
        }
        return answer;
    }

    private void promptLogprobs(ObjectNode choice, int[] ids, int k) {
        float[][] all = logProbabilities(ids);
        ArrayNode positions = choice.putArray("prompt_logprobs").addNull();
        for (int t = 1; t < ids.length; t++) {
            float[] row = all[t - 1];
            ObjectNode position = positions.addObject();
            int rank = 1;
            for (int id : top(row, k)) {
                position.putObject(Integer.toString(id))
                        .put("logprob", row[id])
                        .put("rank", rank++)
                        .put("decoded_token", text(id));
            }
            if (!position.has(Integer.toString(ids[t]))) {
                position.putObject(Integer.toString(ids[t]))
                        .put("logprob", row[ids[t]])
                        .put("rank", row.length)
                        .put("decoded_token", text(ids[t]));
            }
        }
    }

    private void nextToken(ObjectNode choice, int[] ids, int k, JsonNode bias) {
        float[] row = logProbabilities(ids)[ids.length - 1];
        int best =
                bias.fieldNames().hasNext() ? Integer.parseInt(bias.fieldNames().next()) : top(row, 1)[0];
        ObjectNode content = choice.putObject("logprobs").putArray("content").addObject();
        content.put("id", best).put("token", text(best)).put("logprob", row[best]);
        ArrayNode listed = content.putArray("top_logprobs");
        for (int id : top(row, k)) {
            listed.addObject().put("id", id).put("token", text(id)).put("logprob", row[id]);
        }
    }

    private void echo(ObjectNode choice, int[] ids, int k, boolean echo, boolean byId) {
        if (k == 0) {
            choice.putNull("logprobs");
            return;
        }
        ObjectNode logprobs = choice.putObject("logprobs");
        ArrayNode tokens = logprobs.putArray("tokens");
        ArrayNode own = logprobs.putArray("token_logprobs");
        ArrayNode tops = logprobs.putArray("top_logprobs");
        float[][] all = logProbabilities(ids);
        if (echo) {
            tokens.add(name(ids[0], byId));
            own.addNull();
            tops.addNull();
        }
        for (int t = echo ? 1 : ids.length; t <= ids.length; t++) {
            float[] row = all[t - 1];
            int real = t < ids.length ? ids[t] : top(row, 1)[0];
            tokens.add(name(real, byId));
            own.add(row[real]);
            ObjectNode listed = tops.addObject();
            for (int id : top(row, k)) {
                listed.put(name(id, byId), row[id]);
            }
        }
    }

    private String name(int id, boolean byId) {
        return byId ? "token_id:" + id : text(id);
    }

    private ObjectNode generate(JsonNode question) throws Refused {
        if (speaks != Speaks.SGLANG) {
            throw new Refused(404, "Not Found");
        }
        int[] ids = ids(question.path("input_ids"));
        int k = question.path("top_logprobs_num").asInt();
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("text", "x");
        ObjectNode told = answer.putObject("meta_info");
        ArrayNode own = told.putArray("input_token_logprobs");
        ArrayNode tops = told.putArray("input_top_logprobs").addNull();
        own.addArray().addNull().add(ids[0]).add(text(ids[0]));
        float[][] all = logProbabilities(ids);
        for (int t = 1; t < ids.length; t++) {
            float[] row = all[t - 1];
            own.addArray().add(row[ids[t]]).add(ids[t]).add(text(ids[t]));
            ArrayNode listed = tops.addArray();
            for (int id : top(row, k)) {
                listed.addArray().add(row[id]).add(id).add(text(id));
            }
        }
        return answer;
    }

    /** Answers with the server's own template and draws. */
    private ObjectNode chat(JsonNode question) throws IOException {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : question.path("messages")) {
            messages.add(Json.mapper().treeToValue(message, Message.class));
        }
        int[] prompt = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer).prompt(messages);
        var sampling = new Sampling(
                question.path("temperature").asDouble(),
                question.path("max_tokens").asInt(),
                tokenizer.eosIds(),
                question.path("seed").asLong());
        try (Generator generator = new Generator(model)) {
            int[] made = generator
                    .generate(List.of(new Generator.Request(prompt, 0)), sampling, tokens -> {})
                    .getFirst();
            boolean ended = made.length > 0 && tokenizer.eosIds().contains(made[made.length - 1]);
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            ObjectNode choice = answer.putArray("choices").addObject();
            choice.put("finish_reason", ended ? "stop" : "length")
                    .putObject("message")
                    .put("role", "assistant")
                    .put("content", tokenizer.decode(made));
            answer.putObject("usage").put("completion_tokens", made.length);
            return answer;
        }
    }

    /** Whoever still asks is refused: the model's memory is gone. */
    @Override
    public synchronized void close() {
        closed = true;
        model.close();
        tokenizer.close();
        files.close();
    }
}
