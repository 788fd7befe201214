package dev.potstill.trainer.text.jinja;

/**
 * A piece of a template's source.
 *
 * @param text for a string its value, for a tag's bounds nothing, else the source
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        /** Outside of all tags. */
        TEXT,
        /** Between the braces of a tag. */
        NAME,
        INTEGER,
        FLOAT,
        STRING,
        OPERATOR,
        /** The bounds of {% … %} and {{ … }}. */
        TAG_BEGIN,
        TAG_END,
        OUTPUT_BEGIN,
        OUTPUT_END,
        END
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    String shown() {
        return switch (kind) {
            case END -> "the end of the template";
            case TAG_END -> "the end of the tag";
            case OUTPUT_END -> "the end of the output";
            default -> "'" + text + "'";
        };
    }
}
