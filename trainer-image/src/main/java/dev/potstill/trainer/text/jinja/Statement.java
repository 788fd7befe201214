package dev.potstill.trainer.text.jinja;

import java.util.List;
import java.util.Optional;

/** What a template does, one tag or stretch of text after the other. */
sealed interface Statement {

    record Plain(String text) implements Statement {}

    record Output(int line, Expression value) implements Statement {}

    /** Branches in order; the last may be an {@code else}, whose condition is true. */
    record If(int line, List<Branch> branches) implements Statement {}

    record Branch(Expression condition, List<Statement> body) {}

    record For(
            int line,
            Target target,
            Expression sequence,
            Optional<Expression> condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    record Set(int line, Target target, Expression value) implements Statement {}

    /** {@code {% set name %}…{% endset %}}. */
    record SetBlock(int line, Target target, List<Statement> body) implements Statement {}

    record Macro(int line, String name, List<Parameter> parameters, List<Statement> body) implements Statement {}

    record Parameter(String name, Optional<Expression> byDefault) {}

    /** {@code {% generation %}}: what the assistant says, for those who train on it; rendered as it stands. */
    record Group(List<Statement> body) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}

    /** What a value is given to. */
    sealed interface Target {
        record Names(List<String> names) implements Target {}

        /** An attribute of a namespace. */
        record Field(String namespace, String name) implements Target {}
    }
}
