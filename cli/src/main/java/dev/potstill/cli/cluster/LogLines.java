package dev.potstill.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * Lines of a log as they come in, each behind the time it was printed at. A connection that breaks is taken up again at the last of
 * these, and no line is told twice.
 */
final class LogLines extends OutputStream {
    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private String last = "";
    private String until = "";
    private int told;
    private int toSkip;

    LogLines(Consumer<String> lines) {
        this.lines = lines;
    }

    /** When the last line was printed, in RFC 3339; empty before the first. */
    synchronized String last() {
        return last;
    }

    /** What is read next begins with the lines of the last time again. */
    synchronized void again() {
        line.reset();
        until = last;
        toSkip = told;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n') {
            end();
        } else {
            line.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        for (int i = from; i < from + count; i++) {
            write(bytes[i]);
        }
    }

    /** A last line that has no end is told too. */
    @Override
    public synchronized void close() {
        if (line.size() > 0) {
            end();
        }
    }

    /** Times of one container are of one length and zone, so that they compare as text; a log is read again from a whole second. */
    private boolean isTold(String time) {
        if (time.equals(until) && toSkip > 0) {
            toSkip--;
            return true;
        }
        return time.compareTo(until) < 0;
    }

    private void end() {
        String text = line.toString(UTF_8);
        line.reset();
        int space = text.indexOf(' ');
        String time = space < 0 ? text : text.substring(0, space);
        if (isTold(time)) {
            return;
        }
        told = time.equals(last) ? told + 1 : 1;
        last = time;
        lines.accept(space < 0 ? "" : text.substring(space + 1));
    }
}
