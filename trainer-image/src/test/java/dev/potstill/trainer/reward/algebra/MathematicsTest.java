package dev.potstill.trainer.reward.algebra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MathematicsTest {
    private static boolean isSame(String one, String two) {
        Mathematics first = Mathematics.parse(one).orElseThrow(() -> new AssertionError("unreadable: " + one));
        Mathematics second = Mathematics.parse(two).orElseThrow(() -> new AssertionError("unreadable: " + two));
        boolean same = first.isSame(second);
        assertThat(second.isSame(first)).isEqualTo(same);
        return same;
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " === ",
            value = {
                "\\frac{3}{4} === 0.75",
                "\\frac34 === 3/4",
                "\\dfrac{-1}{2} === -\\frac{1}{2}",
                "\\frac{x}{2} === x/2",
                "\\frac1x === x^{-1}",
                "2^{10} === 1024",
                "2**3 === 8",
                "-3^2 === -9",
                "(-3)^2 === 9",
                "2^{-1} === 1/2",
                "4^{1/2} === 2",
                "\\sqrt{50} === 5\\sqrt{2}",
                "\\frac{1}{\\sqrt{2}} === \\frac{\\sqrt2}{2}",
                "\\sqrt[3]{-8} === -2",
                "\\sqrt[3]{x^3} === x",
                "sqrt(2)/2 === \\frac{\\sqrt{2}}{2}",
                "2x(x-1) === 2x^2-2x",
                "(a+b)(a-b) === a^2 - b^2",
                "\\frac{x^2-1}{x-1} === x+1",
                "x_1 + x_2 === x_{2}+x_1",
                "3 + 4i === 4i+3",
                "\\pi r^2 === r^{2}\\pi",
                "e^{2x} === (e^x)^2",
                "\\sin^2 x + \\cos^2 x === 1",
                "\\sin 2x === 2\\sin x\\cos x",
                "\\ln(x^2 y) === 2\\ln|x| + \\ln(y)",
                "\\log_2 8 === 3",
                "\\log 100 === 2",
                "|-3| === 3",
                "1{,}000{,}000 === 10^6",
                "2\\frac{1}{2} === 2.5",
                "2 1/2 === 5/2",
                "1010_2 === 1010",
                "\\left( \\frac{1}{2}, -1 \\right) === (0.5, -1)",
                "\\{1, 2\\} === 2, 1",
                "2 \\pm \\sqrt{3} === \\{2+\\sqrt3, 2-\\sqrt3\\}",
                "\\{5\\} === 5",
                "30^\\circ === 30",
                "$5.00 === 5",
                "\\alpha + 1 === 1+\\alpha",
                "f(x) = x + 1 === x+1",
                "x \\in [0, \\infty) === [0,\\infty)",
                "5 square units === 5",
                "(2+3)*4 === 20",
                "10/2/5 === 1",
                "2 - 3 - 4 === -5",
                "2^{3^2} === 512",
                "--5 === 5",
                "\u221A2 === \\sqrt{2}",
                "x\u00B2 === x^2",
                "0.1+0.2 === 0.3",
                "\\infty === \\infty",
                "-\\infty === -\\infty",
                "\\ln 1 === 0",
                "\\sqrt2-\\sqrt2 === 0",
            })
    void the_same_however_it_is_written(String one, String two) {
        assertThat(isSame(one, two)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " === ",
            value = {
                "x === y",
                "x === -x",
                "x+1 === x+1.0000001",
                "\\sqrt{x^2} === x",
                "\\pi === 3.14159",
                "10^{18} === 10^{18}+1",
                "(1,2) === [1,2]",
                "(1,2) === \\{1,2\\}",
                "(1,2) === (1,2,2)",
                "1, 2 === 1, 2, 3",
                "\\infty === 10",
                "\\infty === -\\infty",
                "1/3 === 0.3333333333",
                "2x === x^2",
                "3\\sqrt{2} === 2\\sqrt{3}",
                "1/(1-1) === 1/(1-1)",
                "e^{1000} === e^{2000}",
                "e^{-1000} === e^{-2000}",
                "e^{-1000} === 0",
                "9^{9^{9^9}} === 9^{9^{9^8}}",
                "\\exp(1000) === \\exp(2000)",
                "e^{1000} === \\infty",
                "e^{500}e^{500} === e^{600}e^{600}",
            })
    void not_the_same(String one, String two) {
        assertThat(isSame(one, two)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``",
                "(1",
                "1)",
                "2 3",
                "x +",
                "\\frac{1}",
                "about 5",
                "^2",
                "\\sqrt[x]{2}",
                "1..2",
                "{",
                "\\{",
                ",",
                "5 = 6",
                "2024-05-01",
                "24/12/2023",
                "(2024-05-01, 3)"
            })
    void what_is_no_mathematics_is_not_read(String text) {
        assertThat(Mathematics.parse(text)).isEmpty();
    }

    @Test
    void what_is_meant_to_take_forever_does_not() {
        assertThat(Mathematics.parse("(".repeat(390) + "1")).isEmpty();
        assertThat(Mathematics.parse("(".repeat(150) + "1" + ")".repeat(150))).isEmpty();
        assertThat(Mathematics.parse("1".repeat(100_000))).isEmpty();
        assertThat(isSame("9^{9^{9^{9}}}", "1")).isFalse();
        assertThat(isSame("(x+1)^{30000}", "x")).isFalse();
        assertThat(isSame("((((x^99)^99)^99)^99)^99", "x")).isFalse();
    }

    /** A random expression, and a second text that means the same by the rules of arithmetic. */
    private record Twins(String one, String two) {
        static Twins of(SplittableRandom random, int depth) {
            if (depth == 0) {
                String leaf = random.nextBoolean()
                        ? String.valueOf(1 + random.nextInt(20))
                        : String.valueOf((char) ('p' + random.nextInt(4)));
                return new Twins(leaf, random.nextBoolean() ? leaf : "{" + leaf + "}");
            }
            Twins a = of(random, depth - 1);
            Twins b = of(random, depth - 1);
            return switch (random.nextInt(6)) {
                case 0 -> new Twins("(%s+%s)".formatted(a.one, b.one), "(%s + %s)".formatted(b.two, a.two));
                case 1 -> new Twins("(%s-%s)".formatted(a.one, b.one), "(-%s+%s)".formatted(b.two, a.two));
                case 2 -> new Twins("%s*%s".formatted(a.wrapped(), b.wrapped()), "(%s)(%s)".formatted(b.two, a.two));
                case 3 -> new Twins("\\frac{%s}{%s}".formatted(a.one, b.one), "(%s)/(%s)".formatted(a.two, b.two));
                case 4 -> new Twins("(%s)^2".formatted(a.one), "((%s) \\cdot (%1$s))".formatted(a.two));
                default ->
                    new Twins("(%s)*((%s)+2)".formatted(a.one, b.one), "((%s)(%s) + 2(%1$s))".formatted(a.two, b.two));
            };
        }

        String wrapped() {
            return "(" + one + ")";
        }
    }

    @Test
    void what_follows_by_arithmetic_is_the_same_and_one_more_is_not() {
        SplittableRandom random = new SplittableRandom(7);
        int told = 0;
        for (int i = 0; i < 400; i++) {
            Twins twins = Twins.of(random, 1 + i % 3);
            Mathematics one = Mathematics.parse(twins.one()).orElseThrow(() -> new AssertionError(twins.one()));
            Mathematics two = Mathematics.parse(twins.two()).orElseThrow(() -> new AssertionError(twins.two()));
            Mathematics more = Mathematics.parse("(" + twins.two() + ")+1").orElseThrow();
            if (one.isSame(one)) { // else it is divided by 0
                assertThat(one.isSame(two)).as(twins.toString()).isTrue();
                assertThat(one.isSame(more)).as(twins.toString()).isFalse();
                told++;
            }
        }
        assertThat(told).isGreaterThan(350);
    }
}
