package dev.potstill.trainer.text;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a model brings along to read and write text.
 *
 * @param origin the file the tokenizer came from, for messages
 * @param tokenizerJson the text of a Hugging Face {@code tokenizer.json}
 * @param chatTemplate a Jinja template
 */
public record TokenizerFiles(Path origin, String tokenizerJson, Optional<String> chatTemplate, SpecialTokens special) {}
