package dev.potstill.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.potstill.api.Data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Under which licence a source is: as the manifest says, or else its dataset card, a README.md that begins with a block of YAML. */
final class Licences {
    private static final String CARD = "README.md";
    private static final Pattern HEAD = Pattern.compile("\\A\\s*---\\R(.*?)\\R---", Pattern.DOTALL);
    private static final int MOST_CHARACTERS = 1 << 20;

    private Licences() {}

    /** @param content where the source lies on this machine, if it does */
    static Optional<String> of(Source source, Optional<Path> content) {
        return Optional.ofNullable(source.license()).or(() -> content.flatMap(Licences::card));
    }

    /** The card stands in a folder with its files, or in one above them, as the Hub has it. */
    private static Optional<String> card(Path content) {
        Path whole = content.toAbsolutePath();
        Path folder = Files.isDirectory(whole) ? whole : whole.getParent();
        for (int up = 0; up < 3 && folder != null; up++, folder = folder.getParent()) {
            Path card = folder.resolve(CARD);
            if (Files.isRegularFile(card)) {
                return read(card);
            }
        }
        return Optional.empty();
    }

    /** What is no such card says nothing: a licence is told of, and nothing depends on it. */
    private static Optional<String> read(Path card) {
        try {
            String text = Files.size(card) > MOST_CHARACTERS ? "" : Files.readString(card);
            Matcher head = HEAD.matcher(text);
            return head.find() ? named(new YAMLMapper().readTree(head.group(1)).path("license")) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> named(JsonNode license) {
        String all = license.isArray()
                ? StreamSupport.stream(license.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(", "))
                : license.asText("");
        return Optional.of(all).filter(name -> !name.isBlank());
    }
}
