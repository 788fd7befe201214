package dev.potstill.trainer.text;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 */
public record Message(String role, String content) {

    @JsonIgnore // told by the role
    public boolean isAnswer() {
        return role.equals("assistant");
    }
}
