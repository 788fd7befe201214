package dev.potstill.trainer.model;

import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Script;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.run.Draws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Generates tokens for many prompts at once, on a cache of keys and values; rows that have ended leave the batch. */
public final class Generator implements AutoCloseable {
    private final LanguageModel model;
    private final Script script = Script.of("""
            def choose(self, logits: Tensor, temperature: float, draws: Tensor) -> Tensor:
                if temperature == 0.0:
                    return logits.argmax(-1)
                cumulated = torch.softmax(logits.float() / temperature, -1).cumsum(-1)
                threshold = draws.unsqueeze(1) * cumulated[:, -1:]
                return torch.searchsorted(cumulated, threshold).squeeze(1).clamp(0, logits.size(1) - 1)

            def mask(self, at: Tensor, places: int, like: Tensor) -> Tensor:
                later = torch.arange(places).unsqueeze(0) > at.unsqueeze(1)
                mask = torch.zeros([at.size(0), places]).masked_fill(later, -float('inf'))
                return mask.to(like.dtype).view([at.size(0), 1, 1, places])

            def flat(self, at: Tensor, heads: int, places: int) -> Tensor:
                first = (torch.arange(at.size(0) * heads) * places).view([-1, heads])
                return (first + at.unsqueeze(1)).flatten()

            def at(self, x: Tensor, index: Tensor) -> Tensor:
                return x.index_select(0, index)
            """);

    /** A prompt, and a key that makes its draws its own. */
    @SuppressWarnings("ArrayRecordComponent") // token ids, read by arithmetic
    public record Request(int[] prompt, long key) {}

    public Generator(LanguageModel model) {
        this.model = model;
    }

    /** The generated tokens of each request, with the end token if there was one. {@code tick} is told of tokens made. */
    public List<int[]> generate(List<Request> requests, Sampling sampling, IntConsumer tick) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            rows.add(new Row(requests.get(i), sampling));
        }
        int longest = requests.stream()
                .mapToInt(request -> request.prompt().length)
                .max()
                .orElse(0);
        try (KeyValues cache = KeyValues.empty(model, rows.size(), longest + sampling.maxTokens())) {
            List<Row> active = new ArrayList<>(rows);
            tick.accept(accept(active, prefill(active, cache, sampling), sampling));
            while (active.stream().anyMatch(row -> !row.ended)) {
                active = compact(active, cache);
                tick.accept(accept(active, step(active, cache, sampling), sampling));
            }
        }
        return rows.stream().map(row -> Arrays.copyOf(row.made, row.count)).toList();
    }

    /** A row being written. */
    private static final class Row {
        final int[] prompt;
        final int[] made;
        final SplittableRandom draws;
        int count;
        boolean ended;

        Row(Request request, Sampling sampling) {
            prompt = request.prompt();
            made = new int[sampling.maxTokens()];
            draws = Draws.of(sampling.seed(), request.key());
        }

        /** The position of the latest token. */
        int position() {
            return prompt.length + count - 1;
        }
    }

    /** How many rows took their token: those that had not ended. */
    private static int accept(List<Row> active, long[] chosen, Sampling sampling) {
        int taken = 0;
        for (int i = 0; i < active.size(); i++) {
            Row row = active.get(i);
            if (!row.ended) {
                int token = Math.toIntExact(chosen[i]);
                row.made[row.count++] = token;
                row.ended = row.count == row.made.length || sampling.ends().contains(token);
                taken++;
            }
        }
        return taken;
    }

    private long[] prefill(List<Row> rows, KeyValues cache, Sampling sampling) {
        try (Scope scope = Scope.open()) {
            Packed batch =
                    model.pack(scope, rows.stream().map(row -> row.prompt).toList());
            Tensor x = model.embed(scope, batch.ids());
            for (int l = 0; l < model.config().layers(); l++) {
                Tensor next = model.adapted().layers().prefill(scope, l, x, batch, cache.keys(l), cache.values(l));
                x.close();
                x = next;
            }
            long[] last = new long[rows.size()];
            Arrays.setAll(last, r -> batch.starts()[r + 1] - 1);
            return choose(scope, script.call(scope, "at", x, Tensor.of(scope, last, last.length)), rows, sampling);
        }
    }

    private long[] step(List<Row> rows, KeyValues cache, Sampling sampling) {
        try (Scope scope = Scope.open()) {
            long[] ids = rows.stream().mapToLong(row -> row.made[row.count - 1]).toArray();
            long[] positions = rows.stream().mapToLong(Row::position).toArray();
            int used = Math.toIntExact(Arrays.stream(positions).max().orElse(0)) + 1;
            Tensor at = Tensor.of(scope, positions, positions.length);
            RopeTable.At position = model.rope().at(scope, positions);
            Tensor x = model.embed(scope, Tensor.of(scope, ids, ids.length));
            Tensor mask = script.call(scope, "mask", at, used, position.cos());
            Map<Integer, Tensor> flat = new HashMap<>(); // by the number of heads
            for (int l = 0; l < model.config().layers(); l++) {
                int heads = model.config().blocks().get(l).attention().cache().heads();
                Tensor place =
                        flat.computeIfAbsent(heads, count -> script.call(scope, "flat", at, count, cache.places()));
                Tensor next = model.adapted().layers().decode(scope, l, x, position, place, mask, cache);
                x.close();
                x = next;
            }
            return choose(scope, x, rows, sampling);
        }
    }

    private long[] choose(Scope scope, Tensor hidden, List<Row> rows, Sampling sampling) {
        Tensor logits = model.logits(scope, model.norm(scope, hidden));
        float[] draws = new float[rows.size()];
        for (int i = 0; i < draws.length; i++) {
            draws[i] =
                    sampling.temperature() == 0 ? 0 : (float) rows.get(i).draws.nextDouble();
        }
        Tensor uniform = Tensor.of(scope, draws, draws.length);
        return script.call(scope, "choose", logits, sampling.temperature(), uniform)
                .longs();
    }

    /** Once a quarter of the rows have ended, carries on with the others alone; moving them costs about as much as a step. */
    private static List<Row> compact(List<Row> active, KeyValues cache) {
        long[] open = IntStream.range(0, active.size())
                .filter(i -> !active.get(i).ended)
                .mapToLong(i -> i)
                .toArray();
        if (4 * open.length > 3 * active.size()) {
            return active;
        }
        try (Scope scope = Scope.open()) {
            cache.keep(Tensor.of(scope, open, open.length));
        }
        return Arrays.stream(open).mapToObj(i -> active.get((int) i)).toList();
    }

    @Override
    public void close() {
        script.close();
    }
}
