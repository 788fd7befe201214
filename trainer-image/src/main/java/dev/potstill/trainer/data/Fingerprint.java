package dev.potstill.trainer.data;

import dev.potstill.contract.Sha256;
import dev.potstill.trainer.text.Message;
import java.util.List;

/** 64 bits of a text's SHA-256: among a hundred million texts, two different ones share theirs with a chance of 1 in 3,700. */
final class Fingerprint {
    private static final int HEX_DIGITS = 16;

    private Fingerprint() {}

    static long of(String text) {
        return Long.parseUnsignedLong(Sha256.of(text).substring(0, HEX_DIGITS), 16);
    }

    static long of(List<Message> messages) {
        return of(flat(messages));
    }

    static long of(List<Message> prompt, String answer) {
        return of(flat(prompt) + "answer\0" + answer);
    }

    /** Of how a conversation opens: all that open with the same question, in whatever case and spacing, are one. */
    static long ofOpening(List<Message> prompt) {
        return prompt.stream()
                .filter(message -> message.role().equals("user"))
                .findFirst()
                .map(message -> of(Words.normal(message.content())))
                .orElseThrow();
    }

    private static String flat(List<Message> messages) {
        StringBuilder text = new StringBuilder();
        messages.forEach(message -> text.append(message.role())
                .append('\0')
                .append(message.content())
                .append('\0'));
        return text.toString();
    }
}
