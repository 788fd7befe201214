package dev.potstill.trainer.text;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 */
public record Message(String role, String content) {

    public boolean isAnswer() {
        return role.equals("assistant");
    }
}
