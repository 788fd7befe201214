package dev.potstill.trainer.data;

import dev.potstill.trainer.text.Message;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What in a prompt shows that it is hard: features that one can point at, each counted in what was asked. None of them asks for a
 * language but {@code conditions} and {@code demands}, which know English words.
 *
 * @param tokens of the prompt
 * @param numbers written in digits
 * @param formulas operators between operands, and words of LaTeX
 * @param codeLines lines in fenced code or that end as code does
 * @param conditions words that bind one quantity to another: if, each, at least, remaining, …
 * @param demands what is asked to be done beyond an answer: prove, derive, debug, explain, compare, …
 * @param questions asked
 * @param turns of the user
 */
public record Complexity(
        int tokens, int numbers, int formulas, int codeLines, int conditions, int demands, int questions, int turns) {
    // No pattern goes back over what it took: prompts may be as long as a book.
    private static final Pattern NUMBER = Pattern.compile("\\p{N}++(?:[.,]\\p{N}++)*+");
    private static final Pattern FORMULA =
            Pattern.compile("[\\p{L}\\p{N})\\]]\\s?[-+*/^=<>≤≥×÷∑∫√]\\s?(?=[\\p{L}\\p{N}(\\[])|\\\\[a-zA-Z]{2,}");
    private static final Pattern CODE_LINE =
            Pattern.compile("(?m)^.*[;{}]\\h*+$|^\\h*+(?:def|class|for|while|if|return|import|fn|func)\\b.*[:(].*$");
    private static final Pattern CONDITION = Pattern.compile(
            "(?i)\\b(?:if|unless|each|every|per|twice|half|double|triple|times|at least|at most|exactly|remaining|left over"
                    + "|more than|less than|fewer than|such that|given that|assume|suppose|then|after|before|percent)\\b|%");
    private static final Pattern DEMAND = Pattern.compile(
            "(?i)\\b(?:prove|proof|derive|show that|debug|fix|refactor|implement|optimi[sz]e|explain|why|compare|justify|design"
                    + "|minimi[sz]e|maximi[sz]e|step by step|complexity)\\b");
    private static final Pattern QUESTION = Pattern.compile("[?？؟]");

    /** @param tokens of the prompt as the teacher sees it */
    static Complexity of(List<Message> prompt, int tokens) {
        List<Message> asked =
                prompt.stream().filter(message -> message.role().equals("user")).toList();
        String text = asked.stream().map(Message::content).collect(Collectors.joining("\n"));
        return new Complexity(
                tokens,
                count(NUMBER, text),
                count(FORMULA, text),
                count(CODE_LINE, text),
                count(CONDITION, text),
                count(DEMAND, text),
                count(QUESTION, text),
                asked.size());
    }

    private static int count(Pattern pattern, String text) {
        return (int) pattern.matcher(text).results().limit(1000).count();
    }

    /** One number of all. Counts weigh by their logarithm: the tenth number adds less than the second. */
    double points() {
        return log(tokens / 16.0)
                + log(numbers)
                + 1.5 * log(formulas)
                + log(codeLines)
                + 1.5 * log(conditions)
                + 2 * log(demands)
                + 0.5 * log(Math.max(0, questions - 1))
                + 0.5 * log(Math.max(0, turns - 1));
    }

    private static double log(double count) {
        return Math.log1p(count) / Math.log(2);
    }
}
