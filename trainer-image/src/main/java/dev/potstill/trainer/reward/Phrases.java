package dev.potstill.trainer.reward;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Phrases with a weight each, found word by word whatever the case and the marks between words.
 *
 * @param weights by phrase, in lower case with single spaces
 * @param longest words of a phrase
 */
record Phrases(Map<String, Integer> weights, int longest) {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}']+");
    private static final Pattern APOSTROPHE = Pattern.compile("[\u2019\u02BC\u2018`]");

    Phrases {
        weights = Map.copyOf(weights);
    }

    /** Reads a resource of this package: a weight and a phrase a line; lines that start with # are notes. */
    static Phrases read(String resource) {
        try (InputStream content = Phrases.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException("the trainer lacks its own " + resource);
            }
            return of(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Phrases of(String lines) {
        Map<String, Integer> weights = new HashMap<>();
        int longest = 0;
        for (String line : lines.lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.strip().split("\\s+", 2);
                String phrase = String.join(" ", words(parts[1]));
                weights.put(phrase, Integer.parseInt(parts[0]));
                longest = Math.max(longest, phrase.split(" ").length);
            }
        }
        return new Phrases(weights, longest);
    }

    private static String[] words(String text) {
        String plain = APOSTROPHE.matcher(text).replaceAll("'").toLowerCase(Locale.ROOT);
        return BETWEEN_WORDS.matcher(plain).replaceAll(" ").strip().split(" ");
    }

    /** The weights of all phrases in the text, each counted once. */
    int weigh(String text) {
        String[] words = words(text);
        Map<String, Integer> found = new HashMap<>();
        for (int from = 0; from < words.length; from++) {
            StringBuilder phrase = new StringBuilder();
            for (int at = from; at < Math.min(words.length, from + longest); at++) {
                phrase.append(at == from ? "" : " ").append(words[at]);
                Integer weight = weights.get(phrase.toString());
                if (weight != null) {
                    found.put(phrase.toString(), weight);
                }
            }
        }
        return found.values().stream().mapToInt(Integer::intValue).sum();
    }
}
