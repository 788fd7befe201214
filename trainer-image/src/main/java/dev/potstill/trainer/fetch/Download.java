package dev.potstill.trainer.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/**
 * A file on its way.
 *
 * @param body from the byte {@code from} on
 * @param total bytes of the whole file, as the server says; -1 where it does not
 * @param breakOff ends it at once, from any thread
 */
record Download(InputStream body, long from, long total, Runnable breakOff) implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    /** @param contentRange of a part of a file, as in {@code bytes 5-9/10} */
    static Download ofPart(InputStream body, String contentRange, Runnable breakOff) throws IOException {
        var range = RANGE.matcher(contentRange);
        if (!range.matches()) {
            breakOff.run();
            throw new IOException("the server answers with the range \"%s\"".formatted(contentRange));
        }
        long total = range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2));
        return new Download(body, Long.parseLong(range.group(1)), total, breakOff);
    }

    @Override
    public void close() {
        breakOff.run();
    }
}
