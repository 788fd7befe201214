package dev.potstill.trainer.data.clean;

import dev.potstill.trainer.text.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** 64 bits of a text's SHA-256: among a hundred million texts, two different ones share theirs with a chance of 1 in 3,700. */
public final class Fingerprint {
    private Fingerprint() {}

    public static long of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static long of(List<Message> messages) {
        return of(flat(messages));
    }

    public static long of(List<Message> prompt, String answer) {
        return of(flat(prompt) + "answer\0" + answer);
    }

    /** Of how a conversation opens: all that open with the same question, in whatever case and spacing, are one. */
    public static long ofOpening(List<Message> prompt) {
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
