package dev.potstill.trainer.data;

import dev.potstill.api.Reinforcement.Verifier;
import dev.potstill.trainer.data.clean.Words;
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
 * order of their terms. Beside equations, comparisons are steps too. A step that is repeated counts once. After Yuan et al., 2023,
 * "Scaling relationship on learning mathematical reasoning", section 3.3.
 */
record ReasoningPath(List<String> steps) {
    /**
     * A number, a function's name, a letter that stands alone and is no word, or a sign: part of an equation. Then space, and all else,
     * which ends one.
     */
    private static final Pattern PIECE = Pattern.compile(
            "(\\d++(?:\\.\\d++)?"
                    + "|(?<![\\p{L}])\\\\?(?:arc)?(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|log|ln|lg|exp|sqrt|abs)(?=\\h?[(\\d_^])"
                    + "|\\\\(?:arc)?(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|log|ln|lg|exp|sqrt|min|max|gcd|lcm)(?![a-zA-Z])"
                    + "|(?<![\\p{L}'’])[b-zB-Z&&[^I]](?![\\p{L}'’])"
                    + "|(?<=[\\p{L}\\d])_(?=[\\p{L}\\d])"
                    + "|[-+*/^%()=<>≤≥≠])|[^\\S\\n]++|.",
            Pattern.DOTALL);

    private static final Pattern RELATION = Pattern.compile("[=<>≤≥≠]");

    /** What changes the sense of a sentence though it is no letter: a minus, a share, what stands between two operands. */
    private static final Pattern TELLING = Pattern.compile("(?<![\\p{L}\\p{N}])-(?=[$£€¥]?\\p{N})|(?<=\\p{N}\\h?)%"
            + "|(?<=[\\p{L}\\p{N})%]\\h?)(?:[<>]=?|[≤≥≠=]|!=)(?=\\h?[\\p{L}\\p{N}(-])"
            + "|(?<=[\\p{N})]\\h?)[-+*/^×÷·](?=\\h?[\\p{N}(])");

    private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?])\\s+|[;\\n。！？]+");
    private static final Pattern FENCED = Pattern.compile("(?s)```\\w*\\n(.*?)```");
    private static final Pattern COMMENT = Pattern.compile("(?s)(?:#|//).*");

    ReasoningPath {
        steps = List.copyOf(steps);
    }

    /** @param code whether the answer is a program */
    static ReasoningPath of(String answer, boolean code) {
        if (code) {
            return new ReasoningPath(lines(answer));
        }
        List<String> relations = relations(answer);
        boolean solved = relations.stream().anyMatch(relation -> relation.contains("="));
        return new ReasoningPath(solved ? relations : sentences(answer));
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

    private static List<String> relations(String answer) {
        List<String> found = new ArrayList<>();
        List<String> run = new ArrayList<>();
        Matcher pieces = PIECE.matcher(Notation.plain(answer));
        while (pieces.find()) {
            if (pieces.group(1) != null) {
                run.add(pieces.group(1).replace("\\", ""));
            } else if (!pieces.group().isBlank() || pieces.group().equals("\n")) {
                end(run, found);
            }
        }
        end(run, found);
        return found.stream().distinct().toList();
    }

    /** What stands on both sides of a sign such as = is a step; a result that is only named is none. */
    private static void end(List<String> run, List<String> found) {
        String text = String.join(" ", run);
        run.clear();
        var step = new StringBuilder();
        int told = 0;
        Matcher signs = RELATION.matcher(text);
        String sign = "";
        for (int from = 0; from <= text.length(); ) {
            int to = signs.find() ? signs.start() : text.length();
            String side = text.substring(from, to).strip();
            if (from == 0 && text.startsWith("=")) {
                return;
            }
            if (side.chars().anyMatch(Character::isLetterOrDigit)) {
                step.append(told++ == 0 ? "" : sign).append(side(side));
            }
            sign = to < text.length() ? text.substring(to, to + 1) : "";
            from = to + 1;
        }
        if (told > 1) {
            found.add(step.toString());
        }
    }

    private static String side(String side) {
        boolean balanced = side.chars().filter(c -> c == '(').count()
                == side.chars().filter(c -> c == ')').count();
        String whole = balanced ? side : side.replaceAll("[()]", "").strip();
        List<String> pieces = Arrays.stream(whole.substring(0, operands(whole)).split(" +"))
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

    /** Where the operators begin that end it. */
    private static int operands(String side) {
        int end = side.length();
        while (end > 0 && "-+*/^ ".indexOf(side.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    /** A number without zeros that do not count; by its digits, for it may have any number of them. */
    private static String value(String piece) {
        if (piece.isEmpty() || !Character.isDigit(piece.charAt(0))) {
            return piece;
        }
        int point = piece.indexOf('.') < 0 ? piece.length() : piece.indexOf('.');
        int start = 0;
        while (start < point - 1 && piece.charAt(start) == '0') {
            start++;
        }
        int end = piece.length();
        while (end > point && (piece.charAt(end - 1) == '0' || end - 1 == point)) {
            end--;
        }
        return piece.substring(start, end);
    }

    private static List<String> sentences(String answer) {
        return Stream.of(SENTENCE.split(answer.replace('−', '-')))
                .map(ReasoningPath::said)
                .filter(sentence -> sentence.codePoints().anyMatch(Character::isLetterOrDigit))
                .distinct()
                .toList();
    }

    private static String said(String sentence) {
        List<String> said = new ArrayList<>();
        Matcher telling = TELLING.matcher(sentence);
        int from = 0;
        while (telling.find()) {
            said.add(Words.normal(sentence.substring(from, telling.start())));
            said.add(telling.group());
            from = telling.end();
        }
        said.add(Words.normal(sentence.substring(from)));
        return said.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
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
