package dev.potstill.trainer.data;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.data.clean.Words;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The way from a question to its answer, as the sequence of its steps: of equations where the answer has any, else of sentences; of the
 * lines of a program. Two answers take the same path where their steps are equal, whatever stands between them.
 *
 * <p>Equations are compared without spaces, units and annotations; numbers by their value; sums and products without regard to the
 * order of their terms. A step that is repeated counts once. After Yuan et al., 2023, "Scaling relationship on learning mathematical
 * reasoning", section 3.3.
 */
record ReasoningPath(List<String> steps) {
    private static final Pattern ANNOTATION = Pattern.compile("<<[^<>]*>>");
    private static final Pattern LIST_MARK = Pattern.compile("(?m)^\\s*(?:[-*•]|\\d{1,2}[.)](?!\\d))\\s+");
    private static final Pattern FRACTION = Pattern.compile("\\\\d?frac\\{([^{}]*)\\}\\{([^{}]*)\\}");
    private static final Pattern TIMES = Pattern.compile("\\\\(?:times|cdot)\\b|[×·⋅]|(?<=\\d)\\s*[xX]\\s*(?=\\d)");
    private static final Pattern OVER = Pattern.compile("\\\\div\\b|÷");
    private static final Pattern SIGNS =
            Pattern.compile("\\\\[()\\[\\],;!]|[$£€¥{}&]|(?<=\\d),(?=\\d{3}(?!\\d))|\\\\(?:left|right)\\b");

    /** A number, a letter that stands alone and is no word, or a sign: part of an equation. Then space, and all else, which ends one. */
    private static final Pattern PIECE = Pattern.compile(
            "(\\d+(?:\\.\\d+)?|(?<![\\p{L}'’])[b-zB-Z&&[^I]](?![\\p{L}'’])|[-+*/^%()=])|[^\\S\\n]+|.", Pattern.DOTALL);

    private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?])\\s+|[;\\n。！？]+");
    private static final Pattern FENCED = Pattern.compile("(?s)```\\w*\\n(.*?)```");
    private static final Pattern COMMENT = Pattern.compile("(?:#|//).*$");

    ReasoningPath {
        steps = List.copyOf(steps);
    }

    /** @param code whether the answer is a program */
    static ReasoningPath of(String answer, boolean code) {
        if (code) {
            return new ReasoningPath(lines(answer));
        }
        List<String> equations = equations(answer);
        return new ReasoningPath(equations.isEmpty() ? sentences(answer) : equations);
    }

    static ReasoningPath of(Question question, String answer) {
        return of(answer, question.verifier() == Verifier.Code);
    }

    /** How many steps this and another path begin with that are the same. */
    int shared(ReasoningPath other) {
        int same = 0;
        while (same < Math.min(steps.size(), other.steps.size())
                && steps.get(same).equals(other.steps.get(same))) {
            same++;
        }
        return same;
    }

    private static List<String> equations(String answer) {
        List<String> found = new ArrayList<>();
        List<String> run = new ArrayList<>();
        Matcher pieces = PIECE.matcher(plain(answer));
        while (pieces.find()) {
            if (pieces.group(1) != null) {
                run.add(pieces.group(1));
            } else if (!pieces.group().isBlank() || pieces.group().equals("\n")) {
                end(run, found);
            }
        }
        end(run, found);
        return found.stream().distinct().toList();
    }

    private static String plain(String answer) {
        String text =
                ANNOTATION.matcher(answer).replaceAll("").replace('−', '-').replace("**", "");
        text = LIST_MARK.matcher(text).replaceAll("\n");
        text = FRACTION.matcher(text).replaceAll("($1)/($2)");
        text = TIMES.matcher(text).replaceAll("*");
        return SIGNS.matcher(OVER.matcher(text).replaceAll("/")).replaceAll("");
    }

    /** What stands on both sides of an equals sign is a step; a result that is only named is none. */
    private static void end(List<String> run, List<String> found) {
        List<String> sides = Arrays.stream(String.join(" ", run).split("=", -1))
                .map(String::strip)
                .toList();
        run.clear();
        List<String> told = sides.stream()
                .filter(side -> side.chars().anyMatch(Character::isLetterOrDigit))
                .toList();
        if (sides.size() > 1 && told.size() > 1 && !sides.getFirst().isEmpty()) {
            found.add(told.stream().map(ReasoningPath::side).collect(Collectors.joining("=")));
        }
    }

    private static String side(String side) {
        boolean balanced = side.chars().filter(c -> c == '(').count()
                == side.chars().filter(c -> c == ')').count();
        String whole = balanced ? side : side.replaceAll("[()]", "").strip();
        List<String> pieces = Arrays.stream(whole.replaceAll("[-+*/^ ]+$", "").split(" +"))
                .map(ReasoningPath::value)
                .toList();
        for (String operator : List.of("+", "*")) {
            List<String> terms = Arrays.asList(String.join("", pieces).split(Pattern.quote(operator), -1));
            if (terms.size() > 1 && terms.stream().allMatch(term -> term.matches("[\\p{L}\\d.%]+"))) {
                return terms.stream().sorted().collect(Collectors.joining(operator));
            }
        }
        return String.join("", pieces);
    }

    private static String value(String piece) {
        return !piece.isEmpty() && Character.isDigit(piece.charAt(0))
                ? new BigDecimal(piece).stripTrailingZeros().toPlainString()
                : piece;
    }

    private static List<String> sentences(String answer) {
        return Stream.of(SENTENCE.split(answer))
                .map(Words::normal)
                .filter(sentence -> !sentence.isEmpty())
                .distinct()
                .toList();
    }

    private static List<String> lines(String answer) {
        Matcher fenced = FENCED.matcher(answer);
        String program = fenced.find() ? fenced.group(1) : answer;
        return program.lines()
                .map(line -> COMMENT.matcher(line).replaceAll(""))
                .map(line -> line.replaceAll("\\s+", " ").stripTrailing())
                .filter(line -> !line.isBlank())
                .toList();
    }
}
