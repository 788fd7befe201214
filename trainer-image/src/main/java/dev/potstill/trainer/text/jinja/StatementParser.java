package dev.potstill.trainer.text.jinja;

import dev.potstill.trainer.text.jinja.Expression.Literal;
import dev.potstill.trainer.text.jinja.Statement.Branch;
import dev.potstill.trainer.text.jinja.Statement.Break;
import dev.potstill.trainer.text.jinja.Statement.Continue;
import dev.potstill.trainer.text.jinja.Statement.For;
import dev.potstill.trainer.text.jinja.Statement.Group;
import dev.potstill.trainer.text.jinja.Statement.If;
import dev.potstill.trainer.text.jinja.Statement.Macro;
import dev.potstill.trainer.text.jinja.Statement.Output;
import dev.potstill.trainer.text.jinja.Statement.Parameter;
import dev.potstill.trainer.text.jinja.Statement.Plain;
import dev.potstill.trainer.text.jinja.Statement.Set;
import dev.potstill.trainer.text.jinja.Statement.SetBlock;
import dev.potstill.trainer.text.jinja.Statement.Target;
import dev.potstill.trainer.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements: text, output and tags, each tag with the body up to its end. */
final class StatementParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;

    StatementParser(List<Token> tokens) {
        this.tokens = new TokenStream(tokens);
        this.expressions = new ExpressionParser(this.tokens);
    }

    List<Statement> template() {
        List<Statement> all = body();
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.unexpected("no tag of this name here");
        }
        return all;
    }

    /** Statements up to a tag that is none of its own: an end, or the next branch. Its name is the next token. */
    private List<Statement> body(String... ends) {
        List<Statement> body = new ArrayList<>();
        while (true) {
            Token token = tokens.next();
            switch (token.kind()) {
                case TEXT -> body.add(new Plain(token.text()));
                case OUTPUT_BEGIN -> body.add(output(token.line()));
                case TAG_BEGIN -> {
                    if (List.of(ends).contains(tokens.peek().text())) {
                        return body;
                    }
                    body.add(tag(token.line()));
                }
                default -> {
                    if (ends.length > 0) {
                        throw new JinjaException(token.line(), "found the end of the template; expected " + ends[0]);
                    }
                    return body;
                }
            }
        }
    }

    private Output output(int line) {
        Expression value = expressions.listed();
        tokens.expect(Kind.OUTPUT_END, "the end of the output");
        return new Output(line, value);
    }

    private Statement tag(int line) {
        String name = tokens.name();
        return switch (name) {
            case "if" -> conditional(line);
            case "for" -> loop(line);
            case "set" -> set(line);
            case "macro" -> macro(line);
            case "generation" -> group();
            case "break" -> ended(new Break());
            case "continue" -> ended(new Continue());
            default -> throw new JinjaException(line, "the tag '" + name + "' is not supported");
        };
    }

    private If conditional(int line) {
        List<Branch> branches = new ArrayList<>();
        Expression condition = expressions.expression();
        while (true) {
            endTag();
            branches.add(new Branch(condition, body("endif", "elif", "else")));
            String next = tokens.name();
            if (next.equals("endif")) {
                endTag();
                return new If(line, branches);
            }
            condition = next.equals("elif") ? expressions.expression() : new Literal(true);
        }
    }

    private For loop(int line) {
        Target target = names();
        tokens.expectName("in");
        Expression sequence = expressions.or();
        Optional<Expression> condition =
                tokens.takeName("if") ? Optional.of(expressions.expression()) : Optional.empty();
        endTag();
        List<Statement> body = body("endfor", "else");
        List<Statement> otherwise = List.of();
        if (tokens.name().equals("else")) {
            endTag();
            otherwise = body("endfor");
            tokens.name();
        }
        endTag();
        return new For(line, target, sequence, condition, body, otherwise);
    }

    private Statement set(int line) {
        Target target = names();
        if (target instanceof Target.Names(var names) && names.size() == 1 && tokens.takeOperator(".")) {
            target = new Target.Field(names.getFirst(), tokens.name());
        }
        if (tokens.takeOperator("=")) {
            return ended(new Set(line, target, expressions.listed()));
        }
        endTag();
        List<Statement> body = body("endset");
        tokens.name();
        return ended(new SetBlock(line, target, body));
    }

    private Macro macro(int line) {
        String name = tokens.name();
        List<Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        tokens.until(")", () -> parameters.add(parameter()));
        endTag();
        List<Statement> body = body("endmacro");
        tokens.name();
        return ended(new Macro(line, name, parameters, body));
    }

    private Parameter parameter() {
        String name = tokens.name();
        return new Parameter(name, tokens.takeOperator("=") ? Optional.of(expressions.expression()) : Optional.empty());
    }

    private Group group() {
        endTag();
        List<Statement> body = body("endgeneration");
        tokens.name();
        return ended(new Group(body));
    }

    private Target names() {
        boolean parenthesis = tokens.takeOperator("(");
        List<String> names = new ArrayList<>(List.of(tokens.name()));
        while (tokens.takeOperator(",")) {
            names.add(tokens.name());
        }
        if (parenthesis) {
            tokens.expectOperator(")");
        }
        return new Target.Names(names);
    }

    private <S extends Statement> S ended(S statement) {
        endTag();
        return statement;
    }

    private void endTag() {
        tokens.expect(Kind.TAG_END, "the end of the tag");
    }
}
