package dev.potstill.trainer.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The JSON files of a model folder. */
final class JsonFile {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonFile() {}

    static JsonNode object(Path file) {
        return optional(file).orElseThrow(() -> Problem.rejected(file + ": no such file; expected a JSON object"));
    }

    static Optional<JsonNode> optional(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (!json.isObject()) {
                throw Problem.rejected(file + ": is " + json.getNodeType() + "; expected a JSON object");
            }
            return Optional.of(json);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw Problem.rejected(
                    "%s: is not JSON (%s); expected a JSON object".formatted(file, e.getOriginalMessage()));
        } catch (IOException e) {
            throw Problem.rejected("%s: cannot be read (%s); expected a JSON object".formatted(file, e));
        }
    }

    static void write(Path file, JsonNode json) {
        try {
            Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        } catch (IOException e) {
            throw new Problem(ExitCode.STORAGE, "%s: cannot be written (%s)".formatted(file, e), e);
        }
    }
}
