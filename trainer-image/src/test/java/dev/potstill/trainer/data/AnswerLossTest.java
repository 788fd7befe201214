package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.potstill.trainer.Shared;
import dev.potstill.trainer.model.LanguageModel;
import dev.potstill.trainer.text.Encoded;
import dev.potstill.trainer.text.SpecialTokens;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.weights.ElementType;
import dev.potstill.trainer.weights.ModelFiles;
import dev.potstill.trainer.weights.SafeTensors;
import dev.potstill.trainer.weights.TensorEntry;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerLossTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The rows of the golden model with the tokens that count towards its loss. */
    private static List<Encoded> rows(SafeTensors expected) {
        int[] ids = ints(expected.get("input_ids"));
        int[] labels = ints(expected.get("labels"));
        int[] mask = ints(expected.get("attention_mask"));
        int length = Math.toIntExact(expected.get("labels").shape().get(1));
        List<Encoded> rows = new ArrayList<>();
        for (int start = 0; start < ids.length; start += length) {
            int tokens = Arrays.stream(mask, start, start + length).sum();
            boolean[] answer = new boolean[tokens];
            for (int t = 0; t < tokens; t++) {
                answer[t] = labels[start + t] >= 0;
            }
            rows.add(new Encoded(Arrays.copyOfRange(ids, start, start + tokens), answer));
        }
        return rows;
    }

    private static int[] ints(TensorEntry entry) {
        return entry.bytes().toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    private static int counted(Encoded row) {
        return row.answerTokens() - (row.answer()[0] ? 1 : 0);
    }

    @Test
    void the_loss_is_the_one_that_transformers_computes() throws IOException {
        Path folder = Shared.folder("golden").resolve("models/llama");
        JsonNode config = JSON.readTree(folder.resolve("config.json").toFile());
        var none = new TokenizerFiles(folder, "{}", Optional.empty(), SpecialTokens.NONE);
        try (SafeTensors expected = SafeTensors.open(folder.resolve("expected.safetensors"));
                ModelFiles files =
                        new ModelFiles(folder, config, SafeTensors.open(folder.resolve("model.safetensors")), none);
                LanguageModel model = LanguageModel.load(files, ElementType.F32);
                AnswerLoss loss = new AnswerLoss(model)) {
            List<Encoded> rows = rows(expected);
            double[] means = loss.of(rows);
            double sum = 0;
            int tokens = 0;
            for (int r = 0; r < means.length; r++) {
                sum += means[r] * counted(rows.get(r));
                tokens += counted(rows.get(r));
            }
            double wanted = JSON.readTree(folder.resolve("expected.json").toFile())
                    .path("loss")
                    .asDouble();
            assertThat(sum / tokens).isCloseTo(wanted, within(1e-4));
            // Alone, a row has the loss it has beside others.
            assertThat(loss.of(List.of(rows.get(1)))[0]).isCloseTo(means[1], within(1e-5));
        }
    }
}
