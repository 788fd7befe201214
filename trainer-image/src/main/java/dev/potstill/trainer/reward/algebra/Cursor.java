package dev.potstill.trainer.reward.algebra;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a text, and the marks, numbers and names that may stand there. */
final class Cursor {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,60}(?:\\.\\d{1,60})?|\\.\\d{1,60}");

    /** 2 1/2 and 2\frac{1}{2}: a sum, where everything else side by side is a product. */
    private static final Pattern MIXED = Pattern.compile("(\\d{1,30})\\s*(?:\\s(\\d{1,30})\\s*/\\s*(\\d{1,30})"
            + "|\\\\frac\\s*\\{(\\d{1,30})}\\s*\\{(\\d{1,30})})(?![\\d.])");

    private static final Pattern DIGIT = Pattern.compile("\\d");
    private static final Pattern COMMAND = Pattern.compile("\\\\([A-Za-z]+)");
    private static final Pattern SUBSCRIPT = Pattern.compile("_(?:\\{(\\w+)}|(\\w))");

    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return next() == '\0';
    }

    /** The next mark that is no space; NUL at the end. */
    char next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    boolean sees(String token) {
        next();
        return text.startsWith(token, at);
    }

    /** Goes past a token where it is there. */
    boolean accept(String token) {
        boolean there = sees(token);
        at += there ? token.length() : 0;
        return there;
    }

    /** Goes past what the pattern matches here. */
    private Optional<MatchResult> match(Pattern pattern) {
        next();
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        at = matcher.end();
        return Optional.of(matcher.toMatchResult());
    }

    Optional<Rational> mixed() {
        return match(MIXED).map(mixed -> {
            int top = mixed.group(2) != null ? 2 : 4;
            return decimal(mixed.group(1)).plus(decimal(mixed.group(top)).over(decimal(mixed.group(top + 1))));
        });
    }

    Optional<Rational> number() {
        return match(NUMBER).map(MatchResult::group).map(Cursor::decimal);
    }

    Optional<Rational> digit() {
        return match(DIGIT).map(MatchResult::group).map(Cursor::decimal);
    }

    private static Rational decimal(String digits) {
        return Rational.of(new BigDecimal(digits));
    }

    /** The name of a LaTeX command. */
    Optional<String> command() {
        return match(COMMAND).map(command -> command.group(1));
    }

    /** Whether a function's name is next, written as a command or not. */
    boolean seesFunction() {
        return Function.at(text, next() == '\\' ? at + 1 : at).isPresent();
    }

    /** A function's name written without a backslash. */
    Optional<Function> function() {
        next();
        Optional<Function> function = Function.at(text, at);
        function.ifPresent(found -> at += found.written().length());
        return function;
    }

    /** One letter. */
    Optional<String> letter() {
        return Character.isLetter(next()) ? Optional.of(text.substring(at, ++at)) : Optional.empty();
    }

    /** The subscript of what stands before, with its underscore; nothing where there is none. */
    String subscript() {
        return match(SUBSCRIPT)
                .map(found -> "_" + (found.group(1) != null ? found.group(1) : found.group(2)))
                .orElse("");
    }
}
