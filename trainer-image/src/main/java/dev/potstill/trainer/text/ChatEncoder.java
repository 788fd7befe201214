package dev.potstill.trainer.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Conversations to tokens, with the assistant's answers marked, for training on answers only. An answer is marked where the model would
 * be asked for it: after the very tokens of its prompt, up to the token that ends it.
 */
public final class ChatEncoder {
    private final ChatTemplate template;
    private final Tokenizer tokenizer;

    /** Where an answer stands in a text, in characters. */
    private record Span(int start, int end) {}

    /** Text to encode on its own. */
    private record Part(String text, boolean answer) {}

    public ChatEncoder(ChatTemplate template, Tokenizer tokenizer) {
        this.template = template;
        this.tokenizer = tokenizer;
    }

    /** The tokens after which the assistant answers. */
    public int[] prompt(List<Message> messages) {
        return tokenizer.encode(template.render(messages, true));
    }

    /**
     * Whether a prompt is sure to have fewer tokens than so many: each is a character at least, one is put before a text by some
     * tokenizers, and nothing but other characters than those of ASCII becomes more of them before it is cut.
     */
    public boolean isBelow(List<Message> messages, int tokens) {
        String text = template.render(messages, true);
        return text.length() + 1 < tokens
                && StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    /**
     * The whole conversation. Some templates leave the reasoning out of answers; the last answer is then kept as it was given, put after
     * its prompt. Of the answers before it, those that the template changes are not marked.
     */
    public Encoded encode(List<Message> messages) {
        String whole = template.render(messages, false);
        int last = lastAnswer(messages);
        if (last < 0) {
            return encoded(List.of(new Part(whole, false)));
        }
        Optional<Span> lastSpan = span(whole, messages, last);
        return lastSpan.isPresent() ? marked(whole, spans(whole, messages), messages.get(last)) : apart(messages, last);
    }

    private static int lastAnswer(List<Message> messages) {
        return IntStream.range(0, messages.size())
                .filter(i -> messages.get(i).isAnswer())
                .max()
                .orElse(-1);
    }

    private List<Span> spans(String whole, List<Message> messages) {
        return IntStream.range(0, messages.size())
                .filter(i -> messages.get(i).isAnswer())
                .mapToObj(i -> span(whole, messages, i))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Where answer i stands in the whole text, if it follows its prompt there and nothing of it is left out. */
    private Optional<Span> span(String whole, List<Message> messages, int i) {
        String prompt = template.render(messages.subList(0, i), true);
        String answered = template.render(messages.subList(0, i + 1), false);
        boolean follows = whole.startsWith(prompt) && whole.startsWith(answered) && answered.length() > prompt.length();
        if (!follows
                || !dense(answered.substring(prompt.length()))
                        .contains(dense(messages.get(i).content()))) {
            return Optional.empty();
        }
        return Optional.of(new Span(prompt.length(), answered.length()));
    }

    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }

    private Encoded marked(String whole, List<Span> answers, Message last) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (Span answer : answers) {
            parts.add(new Part(whole.substring(at, answer.start()), false));
            parts.add(new Part(whole.substring(answer.start(), answer.end()), true));
            at = answer.end();
        }
        parts.add(new Part(whole.substring(at), false));
        Part tail = parts.get(parts.size() - 2);
        if (tail.text().stripTrailing().endsWith(last.content().stripTrailing())) { // the template does not end answers
            parts.set(parts.size() - 2, new Part(tail.text() + end(), true));
        }
        return encoded(parts);
    }

    /** The prompt of the last answer, and the answer as it was given less what the prompt says already, such as {@code <think>}. */
    private Encoded apart(List<Message> messages, int last) {
        String prompt = template.render(messages.subList(0, last), true);
        String answer = messages.get(last).content();
        for (int length = Math.min(prompt.length(), answer.length()); length > 0; length--) {
            String begun = answer.substring(0, length);
            if (prompt.endsWith(begun) && !begun.isBlank()) {
                answer = answer.substring(length);
                break;
            }
        }
        return encoded(List.of(new Part(prompt, false), new Part(answer + end(), true)));
    }

    private String end() {
        return tokenizer.files().special().eos().stream()
                .findFirst()
                .map(SpecialTokens.Token::text)
                .orElse("");
    }

    /** All parts in one, where the tokens of each beginning are then a beginning of the tokens; else each by itself. */
    private Encoded encoded(List<Part> parts) {
        int[] whole =
                tokenizer.encode(String.join("", parts.stream().map(Part::text).toList()));
        int[] bounds = new int[parts.size() + 1];
        StringBuilder begun = new StringBuilder();
        for (int i = 0; i < parts.size() - 1; i++) {
            int[] beginning = tokenizer.encode(begun.append(parts.get(i).text()).toString());
            if (!begins(whole, beginning)) {
                return separately(parts);
            }
            bounds[i + 1] = beginning.length;
        }
        bounds[parts.size()] = whole.length;
        return marked(parts, whole, bounds);
    }

    private static boolean begins(int[] whole, int[] beginning) {
        return beginning.length <= whole.length
                && Arrays.equals(beginning, 0, beginning.length, whole, 0, beginning.length);
    }

    private Encoded separately(List<Part> parts) {
        int[] bounds = new int[parts.size() + 1];
        int[] ids = new int[0];
        for (int i = 0; i < parts.size(); i++) {
            int[] part = tokenizer.encode(parts.get(i).text());
            ids = IntStream.concat(Arrays.stream(ids), Arrays.stream(part)).toArray();
            bounds[i + 1] = ids.length;
        }
        return marked(parts, ids, bounds);
    }

    /** Marks each answer up to the token that ends it: what the template puts after that, the model never says. */
    private Encoded marked(List<Part> parts, int[] ids, int[] bounds) {
        List<Integer> ends = tokenizer.eosIds();
        boolean[] answer = new boolean[ids.length];
        for (int i = 0; i < parts.size(); i++) {
            boolean open = parts.get(i).answer();
            for (int at = bounds[i]; at < bounds[i + 1] && open; at++) {
                answer[at] = true;
                open = !ends.contains(ids[at]);
            }
        }
        return new Encoded(ids, answer);
    }
}
