package dev.potstill.trainer.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.potstill.trainer.TinyLlama;
import dev.potstill.trainer.builtin.WordProblems;
import dev.potstill.trainer.endpoint.ModelServer.Speaks;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import dev.potstill.trainer.engine.Torch;
import dev.potstill.trainer.loss.Said;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.run.StopSignal;
import dev.potstill.trainer.signals.TopSource;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** A small teacher, some rows, and servers that are asked what the teacher says of them. */
final class ServedTeacher implements AutoCloseable {
    final LanguageModel model;
    final TrainingSet set;
    private final Path folder;
    private final Tokenizer tokenizer;
    private final StopSignal stop = new StopSignal();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** @param folder where its files are, or come */
    ServedTeacher(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            new TinyLlama(2, 16, 4, 2, 24, 0.3).save(folder, 1);
        }
        Torch.start(1);
        this.folder = folder;
        ModelFiles files = ModelFiles.open(folder);
        open.add(files);
        model = LanguageModel.load(files, ElementType.F32);
        open.add(model);
        tokenizer = Tokenizer.open(files.tokenizer());
        open.add(tokenizer);
        ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
        set = new TrainingSet(IntStream.range(0, 6)
                .mapToObj(i -> new WordProblems(3).train(i))
                .map(problem -> encoder.encode(
                        List.of(new Message("user", problem.prompt()), new Message("assistant", problem.reasoning()))))
                .toList());
    }

    /** @param change what is done to each answer, by the path that was asked */
    FaultyServer serve(Speaks speaks, BiConsumer<String, ObjectNode> change) throws IOException {
        ModelServer served = ModelServer.open(folder, speaks).change(change);
        FaultyServer server = FaultyServer.start(served);
        open.addAll(List.of(served, server));
        return server;
    }

    EndpointTop asked(FaultyServer server, String name, int k, double temperature) {
        EndpointClient client = new EndpointClient(
                Server.of("spec.teachers[0].endpoint", server.url(), name),
                3,
                Optional.empty(),
                new EndpointClient.Patience(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        new Backoff(Duration.ofMillis(2), Duration.ofMillis(20), () -> 0)),
                stop,
                warning -> {});
        Scorer scorer = new Scorer(client, tokenizer, model.config().vocabulary());
        EndpointTop top = new EndpointTop(scorer, k, temperature, 3);
        open.add(top);
        return top;
    }

    /** What is said of all samples, block by block: log probabilities, ids, tails. */
    List<double[]> columns(TopSource source) {
        List<double[]> columns = new ArrayList<>(List.of(new double[0], new double[0], new double[0]));
        for (int from = 0; from < set.size(); from += 2) {
            try (Scope scope = Scope.open()) {
                Said said = source.said(scope, set, new int[] {from, from + 1});
                columns.set(0, joined(columns.get(0), said.logP()));
                columns.set(1, joined(columns.get(1), said.ids()));
                columns.set(2, joined(columns.get(2), said.logTail()));
            }
        }
        return columns;
    }

    private static double[] joined(double[] before, Tensor more) {
        float[] floats = more.floats();
        double[] all = Arrays.copyOf(before, before.length + floats.length);
        for (int i = 0; i < floats.length; i++) {
            all[before.length + i] = floats[i];
        }
        return all;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }
}
