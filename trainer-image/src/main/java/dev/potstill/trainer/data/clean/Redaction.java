package dev.potstill.trainer.data.clean;

import dev.potstill.api.Data;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Masks personal data and secrets in texts, in one pass, and counts what it masks. By one thread. */
public final class Redaction {
    private static final byte NOTHING = 0;
    private static final byte EMAIL = 1;
    private static final byte PHONE = 2;
    private static final byte SECRET = 3;

    /** What may be at, or begin at, each ASCII character. */
    private final byte[] triggers = new byte[128];

    private final Map<Data.Redaction, Long> counts = new EnumMap<>(Data.Redaction.class);

    public Redaction(Collection<Data.Redaction> kinds) {
        Set<Data.Redaction> wanted = EnumSet.noneOf(Data.Redaction.class);
        wanted.addAll(kinds);
        for (char c = 0; c < triggers.length; c++) {
            triggers[c] = c == '@' && wanted.contains(Data.Redaction.Email)
                    ? EMAIL
                    : Phones.mayStart(c) && wanted.contains(Data.Redaction.Phone)
                            ? PHONE
                            : Secrets.mayBeAt(c) && wanted.contains(Data.Redaction.Secret) ? SECRET : NOTHING;
        }
    }

    /**
     * What is to be masked of a text.
     *
     * @param end the first character after it
     */
    record Span(int start, int end) {}

    /** How many of each kind were masked so far. */
    public Map<Data.Redaction, Long> counts() {
        return Map.copyOf(counts);
    }

    /** The text with {@code [EMAIL]}, {@code [PHONE]} and {@code [SECRET]} in the place of what is masked; itself where nothing is. */
    public String apply(String text) {
        StringBuilder masked = null;
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            byte trigger = c < triggers.length ? triggers[c] : NOTHING;
            if (trigger == NOTHING) {
                continue;
            }
            Optional<Span> span = find(trigger, text, i);
            if (span.isEmpty() || span.get().start() < copied) {
                i = trigger == PHONE ? Phones.endOfRun(text, i) - 1 : i;
                continue;
            }
            masked = masked == null ? new StringBuilder(text.length()) : masked;
            masked.append(text, copied, span.get().start()).append(mask(trigger));
            copied = span.get().end();
            i = copied - 1;
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    private static Optional<Span> find(byte trigger, String text, int at) {
        return switch (trigger) {
            case EMAIL -> Emails.at(text, at);
            case PHONE -> Phones.at(text, at);
            default -> Secrets.at(text, at);
        };
    }

    private String mask(byte trigger) {
        Data.Redaction kind = Data.Redaction.values()[trigger - 1];
        counts.merge(kind, 1L, Long::sum);
        return "[" + kind.name().toUpperCase(Locale.ROOT) + "]";
    }
}
