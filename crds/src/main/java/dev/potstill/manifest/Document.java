package dev.potstill.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.potstill.contract.ExitCode;
import dev.potstill.contract.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** A file of YAML or JSON that holds one object. */
final class Document {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Bytes; about what a cluster's store holds of one object. */
    private static final int LARGEST = 1_500_000;

    private Document() {}

    static ObjectNode read(Path file) {
        String text = text(file);
        try {
            ObjectMapper mapper = file.toString().endsWith(".json") ? JSON : YAML;
            if (mapper == YAML) {
                refuseAliases(file, text);
            }
            return single(file, documents(mapper, text));
        } catch (JsonProcessingException e) {
            throw syntax(file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String yaml(JsonNode document) {
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A value as it is written after an equals sign. */
    static JsonNode value(String text) throws JsonProcessingException {
        return YAML.readTree(text);
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw Problem.rejected(file + ": found " + Files.size(file) + " bytes, expected a manifest of at most "
                        + LARGEST + "; is it the right file?");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new Problem(ExitCode.USAGE, file + ": no such file, expected a manifest such as run.yaml", e);
        } catch (CharacterCodingException e) {
            throw new Problem(
                    ExitCode.REJECTED, file + ": is not text in UTF-8, expected a manifest in YAML or JSON", e);
        } catch (IOException e) {
            String found = Files.isDirectory(file) ? "is a folder" : "cannot be read (" + e + ")";
            throw new Problem(ExitCode.USAGE, file + ": " + found + ", expected a manifest such as run.yaml", e);
        }
    }

    private static List<JsonNode> documents(ObjectMapper mapper, String text) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        try (JsonParser parser = mapper.createParser(text)) {
            while (parser.nextToken() != null) {
                JsonNode document = mapper.readTree(parser);
                if (!document.isNull()) {
                    documents.add(document);
                }
            }
        }
        return documents;
    }

    private static ObjectNode single(Path file, List<JsonNode> documents) {
        if (documents.isEmpty()) {
            throw Problem.rejected(file + ": is empty, expected a DistillationRun");
        }
        if (documents.size() > 1) {
            throw Problem.rejected(file + ": found " + documents.size()
                    + " documents, expected one DistillationRun; split the file at the lines ---");
        }
        if (documents.getFirst() instanceof ObjectNode object) {
            return object;
        }
        throw Problem.rejected(file + ": found " + Words.found(documents.getFirst())
                + ", expected an object with apiVersion and kind");
    }

    /** The parser would hand out an alias as the text of its name. */
    private static void refuseAliases(Path file, String text) throws IOException {
        try (YAMLParser parser = YAML.getFactory().createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw at(
                            file,
                            parser.currentTokenLocation().getLineNr(),
                            parser.currentTokenLocation().getColumnNr(),
                            "found the alias *" + parser.getText() + ", expected the value itself; write it out");
                }
            }
        }
    }

    private static Problem syntax(Path file, JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Mark mark = marked.getProblemMark();
            return at(file, mark.getLine() + 1, mark.getColumn() + 1, problem(e));
        }
        return e.getLocation() == null
                ? Problem.rejected(file + ": " + problem(e))
                : at(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr(), problem(e));
    }

    private static Problem at(Path file, int line, int column, String what) {
        return Problem.rejected(file + ":" + line + ":" + column + ": " + what);
    }

    /** What is wrong, without the excerpts and positions that the parser writes below it. */
    static String problem(JsonProcessingException e) {
        String message =
                e.getCause() instanceof MarkedYAMLException marked ? marked.getProblem() : e.getOriginalMessage();
        return message.lines().findFirst().orElse("not YAML");
    }
}
