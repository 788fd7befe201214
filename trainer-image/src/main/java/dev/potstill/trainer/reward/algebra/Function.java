package dev.potstill.trainer.reward.algebra;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/** Functions of one argument, by the name they are written with. */
enum Function {
    ARCSIN(Math::asin),
    ARCCOS(Math::acos),
    ARCTAN(Math::atan),
    SIN(Math::sin),
    COS(Math::cos),
    TAN(Math::tan),
    COT(x -> 1 / Math.tan(x)),
    SEC(x -> 1 / Math.cos(x)),
    CSC(x -> 1 / Math.sin(x)),
    EXP(Math::exp),
    LN(Math::log),
    LOG(Math::log10),
    ABS(Math::abs);

    private static final List<Function> LONGEST_FIRST = Arrays.stream(values())
            .sorted(Comparator.comparing((Function function) -> -function.name().length()))
            .toList();

    private final DoubleUnaryOperator value;

    Function(DoubleUnaryOperator value) {
        this.value = value;
    }

    double near(double argument) {
        return value.applyAsDouble(argument);
    }

    Optional<Rational> exact(Rational argument) {
        return this != ABS
                ? Optional.empty()
                : Optional.of(argument.numerator().signum() < 0 ? argument.negated() : argument);
    }

    String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The longest name that a text begins with. */
    static Optional<Function> at(String text, int from) {
        return LONGEST_FIRST.stream()
                .filter(function -> text.startsWith(function.written(), from))
                .findFirst();
    }
}
