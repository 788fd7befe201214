package dev.potstill.trainer.reinforcement;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Json;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.data.Row;
import dev.potstill.trainer.reward.Asked;
import dev.potstill.trainer.text.ChatEncoder;
import dev.potstill.trainer.text.ChatTemplate;
import dev.potstill.trainer.text.Message;
import dev.potstill.trainer.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A question whose right answer is known.
 *
 * @param ids the tokens after which the answer begins
 * @param asked the question, for those who judge the answer
 */
@SuppressWarnings("ArrayRecordComponent") // token ids, read by arithmetic
public record Prompt(int[] ids, Asked asked) {

    /**
     * The questions of a file of {@link Row}s that have a known answer, at most so many; an answer in the row is left out.
     *
     * @param verifier of rows that name none
     */
    public static List<Prompt> read(Path file, Tokenizer tokenizer, int most, Verifier verifier) {
        ChatEncoder encoder = new ChatEncoder(ChatTemplate.of(tokenizer.files()), tokenizer);
        List<Prompt> prompts = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                Row row = Json.parse(line, Row.class);
                String reference = row.reference();
                if (reference != null && prompts.size() < most) {
                    prompts.add(of(encoder, row, reference, verifier));
                }
            }
            return prompts;
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static Prompt of(ChatEncoder encoder, Row row, String reference, Verifier byDefault) {
        List<Message> messages = row.messages();
        List<Message> asked = messages.getLast().isAnswer() ? messages.subList(0, messages.size() - 1) : messages;
        Verifier own = row.verifier();
        Asked question = new Asked(asked.getLast().content(), reference, own == null ? byDefault : own);
        question.flaw().ifPresent(flaw -> {
            throw Problem.rejected(
                    "spec.reinforcement.verifier: row %s: found %s. Name another verifier, or set the row's own"
                            .formatted(row.id(), flaw));
        });
        return new Prompt(encoder.prompt(asked), question);
    }
}
