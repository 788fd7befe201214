package dev.potstill.trainer.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model at rest.
 *
 * @param config a Hugging Face {@code config.json}
 */
public record ModelFiles(Path origin, JsonNode config, Weights weights, TokenizerFiles tokenizer)
        implements AutoCloseable {

    /** Opens a Hugging Face folder or a {@code .gguf} file; a {@link Problem} names what is missing or wrong. */
    public static ModelFiles open(Path folderOrGgufFile) {
        if (Files.isDirectory(folderOrGgufFile)) {
            return HfFolder.open(folderOrGgufFile);
        }
        if (!Files.isRegularFile(folderOrGgufFile)) {
            throw Problem.rejected(folderOrGgufFile
                    + ": no such file or folder; expected a model folder with config.json, or a .gguf file");
        }
        Gguf gguf = Gguf.open(folderOrGgufFile);
        return new ModelFiles(folderOrGgufFile, gguf.config(), gguf, gguf.tokenizer());
    }

    /** The same model with the tokenizer of another folder. */
    public ModelFiles withTokenizer(Path folder) {
        return new ModelFiles(origin, config, weights, HfTokenizer.open(folder, config));
    }

    @Override
    public void close() {
        weights.close();
    }
}
