package dev.potstill.trainer.text.jinja;

/**
 * What a name stands for that nobody gave a value: empty as text, false, and an error where anything is asked of it.
 *
 * @param what the name, for the message
 */
record Undefined(String what) {

    JinjaException used() {
        return new JinjaException(what + " is undefined");
    }
}
