package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Token.Kind;
import java.util.List;

/** Tokens, read from the front. */
final class TokenStream {
    private final List<Token> tokens;
    private int at;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peekSecond() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    int line() {
        return peek().line();
    }

    boolean takeOperator(String operator) {
        return take(peek().isOperator(operator));
    }

    boolean takeName(String name) {
        return take(peek().isName(name));
    }

    private boolean take(boolean wanted) {
        if (wanted) {
            next();
        }
        return wanted;
    }

    void expectOperator(String operator) {
        if (!takeOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    /** Reads elements with commas between them, up to this operator. */
    void until(String close, Runnable element) {
        while (!takeOperator(close)) {
            element.run();
            if (!peek().isOperator(close)) {
                expectOperator(",");
            }
        }
    }

    void expectName(String name) {
        if (!takeName(name)) {
            throw unexpected("'" + name + "'");
        }
    }

    void expect(Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        next();
    }

    String name() {
        if (peek().kind() != Kind.NAME) {
            throw unexpected("a name");
        }
        return next().text();
    }

    JinjaException unexpected(String expected) {
        return new JinjaException(line(), "found " + peek().shown() + "; expected " + expected);
    }
}
