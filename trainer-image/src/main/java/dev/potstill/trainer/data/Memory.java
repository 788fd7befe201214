package dev.potstill.trainer.data;

/** Sizes as the manifest writes them. */
final class Memory {
    private static final String POWERS = "MGTP";

    private Memory() {}

    /** Of {@code 512Mi} or {@code 2G}. */
    static long bytes(String size) {
        int digits = 0;
        while (Character.isDigit(size.charAt(digits))) {
            digits++;
        }
        long unit = size.endsWith("i") ? 1024 : 1000;
        long bytes = Long.parseLong(size.substring(0, digits)) * unit;
        for (int power = POWERS.indexOf(size.charAt(digits)); power >= 0; power--) {
            bytes *= unit;
        }
        return bytes;
    }
}
