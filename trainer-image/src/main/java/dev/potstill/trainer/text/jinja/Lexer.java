package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a template into tokens. White space around tags goes as with trim_blocks and lstrip_blocks: the line break after a tag, and the
 * indentation before it, are not text; a minus inside the brace takes all white space on its side, a plus none.
 */
final class Lexer {
    private static final Pattern OPEN = Pattern.compile("\\{([{%#])([-+]?)");
    private static final Pattern RAW =
            Pattern.compile("\\{%([-+]?)\\s*raw\\s*(-?)%\\}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_RAW =
            Pattern.compile("\\{%(-?)\\s*endraw\\s*(-%\\}\\s*|\\+%\\}|%\\}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_COMMENT = close("#");
    private static final Pattern END_TAG = close("%");
    private static final Pattern END_OUTPUT = Pattern.compile("-\\}\\}\\s*|\\}\\}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d_]*(\\.\\d+)?([eE][-+]?\\d+)?");
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]*");
    private static final Pattern STRING =
            Pattern.compile("'((?:[^'\\\\]|\\\\.)*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\"", Pattern.DOTALL);
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+*/%~\\[\\](){}.,:|=<>;]");
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    /** Whether the text at {@link #at} begins a line of the source. */
    private boolean atLineStart = true;
    /** The line of the character at {@link #counted}; tokens are asked for in order. */
    private int line = 1;

    private int counted;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        return new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source).read();
    }

    private List<Token> read() {
        Matcher open = OPEN.matcher(source);
        while (open.find(at)) {
            text(open.start(), open.group(2), !open.group(1).equals("{"));
            at = open.start();
            Matcher raw = RAW.matcher(source).region(at, source.length());
            if (raw.lookingAt()) {
                raw(raw);
                continue;
            }
            at = open.end();
            switch (open.group(1)) {
                case "#" -> comment();
                case "%" -> tag(Kind.TAG_BEGIN, END_TAG, Kind.TAG_END);
                default -> tag(Kind.OUTPUT_BEGIN, END_OUTPUT, Kind.OUTPUT_END);
            }
        }
        text(source.length(), "+", false);
        add(Kind.END, "");
        return List.copyOf(tokens);
    }

    /** The text from here to a tag, less what the tag takes of it. */
    private void text(int end, String sign, boolean stripsIndentation) {
        String text = source.substring(at, end);
        if (sign.equals("-")) {
            text = Text.stripEnd(text);
        } else if (stripsIndentation && sign.isEmpty()) {
            int line = text.lastIndexOf('\n') + 1;
            if ((line > 0 || atLineStart) && Text.strip(text.substring(line)).isEmpty()) {
                text = text.substring(0, line);
            }
        }
        if (!text.isEmpty()) {
            add(Kind.TEXT, text);
        }
    }

    private void raw(Matcher open) {
        Matcher close = END_RAW.matcher(source);
        if (!close.find(open.end())) {
            throw new JinjaException(line(), "raw is not closed; expected {% endraw %}");
        }
        String text = source.substring(open.end(), close.start());
        text = open.group(2).isEmpty() ? text : Text.stripStart(text);
        add(Kind.TEXT, close.group(1).isEmpty() ? text : Text.stripEnd(text));
        goOnAfter(close);
    }

    private void comment() {
        Matcher close = END_COMMENT.matcher(source);
        if (!close.find(at)) {
            throw new JinjaException(line(), "a comment is not closed; expected #}");
        }
        goOnAfter(close);
    }

    private void tag(Kind begin, Pattern end, Kind closed) {
        add(begin, "");
        int braces = 0;
        Matcher close = end.matcher(source);
        while (braces > 0 || !close.region(at, source.length()).lookingAt()) {
            if (at >= source.length()) {
                throw new JinjaException(line(), "a tag is not closed");
            }
            braces += token();
        }
        add(closed, "");
        goOnAfter(close);
    }

    /** Reads one token or white space; gives by how many braces it deepens. */
    private int token() {
        if (take(SPACE) != null) {
            return 0;
        }
        int start = at;
        Matcher taken;
        if ((taken = take(NAME)) != null) {
            tokens.add(new Token(Kind.NAME, taken.group(), line(start)));
        } else if ((taken = take(numberHere())) != null) {
            boolean whole = taken.group().matches("[\\d_]+");
            tokens.add(
                    new Token(whole ? Kind.INTEGER : Kind.FLOAT, taken.group().replace("_", ""), line(start)));
        } else if ((taken = take(STRING)) != null) {
            String quoted = taken.group().substring(1, taken.group().length() - 1);
            tokens.add(new Token(Kind.STRING, Text.unescape(quoted), line(start)));
        } else if ((taken = take(OPERATOR)) != null) {
            tokens.add(new Token(Kind.OPERATOR, taken.group(), line(start)));
            return "([{".contains(taken.group()) ? 1 : ")]}".contains(taken.group()) ? -1 : 0;
        } else {
            throw new JinjaException(line(), "'" + source.substring(at, at + 1) + "' is not understood");
        }
        return 0;
    }

    /** After a dot a number is a place in a list: the two of a.0.1 are not one with a fraction. */
    private Pattern numberHere() {
        return source.charAt(at - 1) == '.' ? DIGITS : NUMBER;
    }

    private @Nullable Matcher take(Pattern pattern) {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher;
    }

    private void goOnAfter(Matcher close) {
        at = close.end();
        atLineStart = close.group().endsWith("\n");
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private int line() {
        return line(at);
    }

    private int line(int position) {
        for (; counted < position; counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        return line;
    }

    /** The end of a tag or comment: it takes the line break after it, all white space after a minus, and nothing after a plus. */
    private static Pattern close(String sign) {
        return Pattern.compile("-%1$s\\}\\s*|\\+%1$s\\}|%1$s\\}\\n?".formatted(sign), Pattern.UNICODE_CHARACTER_CLASS);
    }
}
