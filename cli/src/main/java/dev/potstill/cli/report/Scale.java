package dev.potstill.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** Values laid out along an axis, from round tick to round tick. */
record Scale(double low, double high, double step) {

    /** An axis of about so many ticks that holds all values between these two; a single value stands beside nought. */
    static Scale around(double low, double high, int ticks) {
        if (low == high) {
            return low == 0 ? around(0, 1, ticks) : around(Math.min(low, 0), Math.max(high, 0), ticks);
        }
        double rough = (high - low) / ticks;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        return byStep(low, high, power * roundUp(rough / power));
    }

    /** The same for whole numbers. */
    static Scale aroundWhole(double low, double high, int ticks) {
        Scale scale = around(low, high, ticks);
        return scale.step < 1 ? byStep(low, high, 1) : scale;
    }

    private static Scale byStep(double low, double high, double step) {
        double top = Math.ceil(high / step - 1e-9) * step;
        double bottom = Math.floor(low / step + 1e-9) * step;
        return new Scale(bottom, top > bottom ? top : bottom + step, step);
    }

    /** Of 1 to 10, the next number that people count by. */
    private static double roundUp(double mantissa) {
        return mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10;
    }

    List<Double> ticks() {
        return LongStream.rangeClosed(0, Math.round((high - low) / step))
                .mapToObj(i -> low + i * step)
                .toList();
    }

    /** Where a value lies, as a share of the axis. */
    double share(double value) {
        return (value - low) / (high - low);
    }

    /** A tick's text, with as many decimals as the step has. */
    String label(double tick) {
        if (step < 1e-5) {
            return String.format(Locale.ROOT, "%.1e", tick);
        }
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick + 0.0);
    }
}
