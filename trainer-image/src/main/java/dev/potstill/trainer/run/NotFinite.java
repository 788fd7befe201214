package dev.potstill.trainer.run;

import java.util.Map;

/** A loss or a gradient that is NaN or infinite: no step may be taken on it. */
public final class NotFinite extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param term the loss term, or {@code gradientNorm} */
    public NotFinite(String term, double value) {
        super(term + " is " + value, null, false, false);
    }

    /** Refuses terms of a loss that are not numbers. */
    public static void check(Map<String, Double> terms) {
        terms.forEach((term, value) -> {
            if (!Double.isFinite(value)) {
                throw new NotFinite(term, value);
            }
        });
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
