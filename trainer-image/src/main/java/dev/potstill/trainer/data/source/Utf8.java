package dev.potstill.trainer.data.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text of bytes, where they are text. */
final class Utf8 {
    /** What a lenient decoder puts in the place of what it cannot read. */
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** Empty where the bytes are not UTF-8. */
    static Optional<String> decode(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return Optional.of(text);
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return Optional.of(text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
