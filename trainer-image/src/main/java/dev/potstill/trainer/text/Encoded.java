package dev.potstill.trainer.text;

/**
 * A conversation as tokens.
 *
 * @param ids [T]
 * @param answer [T], true where the token is the assistant's own: its text and the token that ends it
 */
@SuppressWarnings("ArrayRecordComponent") // read by arithmetic, token by token
public record Encoded(int[] ids, boolean[] answer) {

    public Encoded {
        if (ids.length != answer.length) {
            throw new IllegalArgumentException(ids.length + " ids, " + answer.length + " marks");
        }
    }

    public int answerTokens() {
        int count = 0;
        for (boolean mark : answer) {
            count += mark ? 1 : 0;
        }
        return count;
    }
}
