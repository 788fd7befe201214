package dev.potstill.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasoningPathTest {

    private static ReasoningPath path(String answer) {
        return ReasoningPath.of(answer.replace("|", "\n"), false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
            7+5=12; 12-3=9; = 9 ~ First, 7 + 5 = 12. Then 12 - 3 = 9. The answer is 9.
            7+5=12; 12-3=9 ~ Tom has 5+7 = 12 apples, and 12 - 3 = 9 are left.
            48/2 = <<48/2=24>>24 clips. 48+24 = <<48+24=72>>72.|#### 72 ~ 48 / 2 = 24|24 + 48 = 72
            3 * 4 = 12 ~ 1. 3 x 4 = 12
            3 * 4 = 12 ~ $3 \\times 4 = 12$
            1000 + 5 = 1005 ~ 1,000 + 5 = 1,005
            0.5 * 10 = 5 ~ $0.50 × 10 = $5.00
            \\frac{3}{4} * 8 = 6 ~ (3)/(4) * 8 = 6
            2x + 3 = 7; x = 2 ~ - 2x+3=7|- x=2
            7+5=12; 7+5=12; 12-3=9 ~ 7+5=12, so 12-3=9
            It rains, so take a coat. ~ IT RAINS - so take a coat!
            20% of 50 = 10 ~ 20 % of the 50 = 10
            \\sqrt{16} = 4 ~ sqrt(16)=4
            √16 = 4 ~ \\(\\sqrt{16}\\) = 4
            1,5 + 1 = 2,5 ~ 1.5+1=2.5
            7+5=12 > 9 ~ 5 + 7 = 12 > 9
            007 + 0.0 = 7.0 ~ 7+0=7
            x=5 => 2x=10 ~ x = 5|2x = 10
            <b>7+5=12</b> ~ > 7+5=12
            """)
    void answers_that_take_the_same_steps_take_the_same_path(String one, String other) {
        assertThat(path(one)).isEqualTo(path(other));
        assertThat(path(one).steps()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
            7+5=12; 12-3=9 ~ 5-3=2; 7+2=9
            12-3=9 ~ 3-12=9
            7+5=12; 12-3=9 ~ 12-3=9; 7+5=12
            7+5=12 ~ 7+5=13
            12-3=9 ~ 12/3=9
            It rains, so take a coat. ~ It snows, so take a coat.
            20% of 50 = 10 ~ 30% of 50 = 10
            20% of his 50 apples = 10 ~ 30% of his 50 apples = 10
            \\sin(30)=0.5 ~ \\cos(30)=0.5
            \\sin(30^{\\circ})=0.5 ~ \\cos(30^\\circ)=0.5
            log(100)=2 ~ ln(100)=2
            \\log_2(8)=3 ~ \\log_3(8)=3
            \\sqrt{16}=4 ~ 16=4
            \\sqrt[3]{27}=3 ~ \\sqrt{27}=3
            The total is -5. ~ The total is 5.
            It fell by 20%. ~ It fell by 20.
            Add 3*4 to it. ~ Add 3+4 to it.
            3 > 2 ~ 3 < 2
            1+1=2, 3 > 2 ~ 1+1=2, 3 < 2
            किताब ~ कुताब
            1,5+1=2,5 ~ 5+1=2
            1,5+1=2,5 ~ 1+5=2
            f(1,5)=3 ~ f(1.5)=3
            """)
    void answers_that_take_other_steps_do_not(String one, String other) {
        assertThat(path(one)).isNotEqualTo(path(other));
    }

    @Test
    void steps_are_the_equations_and_the_results_alone_are_none() {
        assertThat(path("So 5 + 7 = 12, it's 12 - 3 = 9.| = 9").steps()).containsExactly("5+7=12", "12-3=9");
        assertThat(path("(2 + 3) * 4 = 20").steps()).containsExactly("(2+3)*4=20");
    }

    @Test
    void answers_of_any_length_have_a_path() {
        assertThat(path("\n".repeat(200_000) + "1+2=3").steps()).containsExactly("1+2=3");
        assertThat(path("-".repeat(200_000)).steps()).isEmpty();
        assertThat(path("1" + "-".repeat(200_000) + "2 = 3").steps()).hasSize(1);
        assertThat(path("1+" + "7".repeat(1_000_000) + "=3").steps()).hasSize(1);
        assertThat(ReasoningPath.of("#".repeat(200_000) + "\u2028x", true).steps())
                .isEmpty();
    }

    @Test
    void a_program_is_compared_line_by_line_without_comments() {
        String one = "Here:\n```python\ndef f(x):\n    # twice\n    return 2 *  x\n\n```";
        assertThat(ReasoningPath.of(one, true).steps()).containsExactly("def f(x):", " return 2 * x");
        assertThat(ReasoningPath.of(one, true))
                .isEqualTo(ReasoningPath.of("def f(x):\n    return 2 * x  # two times", true));
    }

    @Test
    void where_two_part_is_told_in_steps() {
        assertThat(path("7+5=12; 12-3=9").shared(path("7+5=12; 12+3=15"))).isEqualTo(1);
        assertThat(path("7+5=12").shared(path("7-5=2"))).isZero();
    }
}
