package dev.potstill.trainer.endpoint;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.endpoint.Protocol.Passage;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.train.TrainingSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Asks a server how likely tokens are in texts. Which {@link Protocol} it speaks, the first text shows. */
public final class Scorer implements AutoCloseable {
    private final EndpointClient client;
    private final List<Protocol> protocols;
    private Optional<Protocol> spoken = Optional.empty();

    /**
     * @param tokenizer the student's, which is taken to be the server's as well
     * @param vocabulary token ids of the student: those below it
     */
    public Scorer(EndpointClient client, Tokenizer tokenizer, int vocabulary) {
        TokenTexts texts = new TokenTexts(tokenizer, vocabulary);
        this.client = client;
        // Echo only after llama.cpp's, which takes it for a fault of its own; and by text only where nothing else is
        // left.
        this.protocols = List.of(
                new PromptLogprobs(texts),
                new NextToken(texts),
                new Echo(texts, false, false),
                new Generate(texts, false),
                new Echo(texts, true, false));
    }

    EndpointClient client() {
        return client;
    }

    /** The likeliest tokens at each place of a passage; a {@link Problem} where the server does not tell them. */
    List<Likeliest> score(Passage passage) {
        Optional<Protocol> known;
        synchronized (this) {
            known = spoken;
            if (known.isEmpty()) {
                return first(passage);
            }
        }
        try {
            return known.get().score(client, passage);
        } catch (NotOffered e) {
            throw rejected(e.getMessage(), passage.k());
        } catch (OtherTokens e) {
            throw otherTokens(e);
        }
    }

    /** Others wait meanwhile: they would ask in vain as well. */
    private List<Likeliest> first(Passage passage) {
        StringBuilder refusals = new StringBuilder();
        for (Protocol protocol : protocols) {
            try {
                List<Likeliest> told = protocol.score(client, passage);
                spoken = Optional.of(protocol.known());
                return told;
            } catch (NotOffered e) {
                refusals.append(refusals.isEmpty() ? "" : "; ")
                        .append(name(protocol))
                        .append(' ')
                        .append(e.getMessage());
            } catch (OtherTokens e) {
                throw otherTokens(e);
            }
        }
        throw rejected(refusals.toString(), passage.k());
    }

    private static String name(Protocol protocol) {
        return switch (protocol) {
            case PromptLogprobs p -> "(asked for prompt_logprobs)";
            case Generate p -> "(at /generate)";
            case NextToken p -> "(asked for logprobs)";
            case Echo p -> p.byText() ? "(asked for echo again)" : "(asked for echo and logprobs)";
        };
    }

    private Problem rejected(String found, int k) {
        Server server = client.server();
        return server.rejected(
                server.at(Protocol.COMPLETIONS),
                found,
                "Expected the %1$d likeliest tokens at each place of a prompt of token ids, as vLLM, SGLang and llama.cpp tell them; lower spec.response.topK to what the server allows (vLLM: 20, or start it with --max-logprobs %1$d), or give %2$s.url of such a server"
                        .formatted(k, server.field()));
    }

    private Problem otherTokens(OtherTokens e) {
        Server server = client.server();
        return server.unfit(
                server.at(Protocol.COMPLETIONS),
                e.getMessage(),
                "Expected a model with the student's tokenizer; check %s.model, or take a student with the teacher's tokenizer"
                        .formatted(server.field()));
    }

    /** Of each sample the mean negative log-likelihood of its targets, in nats; NaN where it has none. */
    public double[] losses(TrainingSet set) {
        List<Future<Double>> asked = IntStream.range(0, set.size())
                .mapToObj(sample -> new Passage(set.ids(sample), set.targetPositions(sample), 1))
                .map(passage -> client.start(() -> loss(passage)))
                .toList();
        return asked.stream().mapToDouble(EndpointClient::result).toArray();
    }

    private double loss(Passage passage) {
        return passage.places().length == 0
                ? Double.NaN
                : -score(passage).stream().mapToDouble(Likeliest::own).average().orElseThrow();
    }

    @Override
    public void close() {
        client.close();
    }
}
