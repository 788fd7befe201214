package dev.potstill.contract;

import java.util.List;
import java.util.Locale;

/** Numbers of bytes as people write them: {@code 200Gi} in a manifest, {@code 1.4 GiB} in a message. */
public final class ByteSize {
    private static final String UNITS = "KMGTP";

    private ByteSize() {}

    /** Of a size that the manifest's reader has let pass; more than a long holds is as much as that. */
    public static long parse(String size) {
        int end = 0;
        while (end < size.length() && Character.isDigit(size.charAt(end))) {
            end++;
        }
        long base = size.endsWith("i") ? 1024 : 1000;
        long bytes = Long.parseLong(size.substring(0, end));
        int power = end == size.length() ? 0 : UNITS.indexOf(size.charAt(end)) + 1;
        for (int i = 0; i < power; i++) {
            bytes = bytes > Long.MAX_VALUE / base ? Long.MAX_VALUE : bytes * base;
        }
        return bytes;
    }

    /** Three digits that count: {@code 1.42 GiB}, {@code 37.0 MiB}, {@code 512 B}. */
    public static String words(long bytes) {
        double value = bytes;
        int unit = -1;
        while (value >= 1000 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        if (unit < 0) {
            return bytes + " B";
        }
        String digits = List.of("%.2f", "%.1f", "%.0f").get(value < 10 ? 0 : value < 100 ? 1 : 2);
        return String.format(Locale.ROOT, digits, value) + " " + UNITS.charAt(unit) + "iB";
    }

    /** A size for a manifest that holds so many bytes. */
    public static String setting(long bytes) {
        long gibi = 1L << 30;
        return bytes < gibi ? Math.max(1, Math.ceilDiv(bytes, 1L << 20)) + "Mi" : Math.ceilDiv(bytes, gibi) + "Gi";
    }
}
