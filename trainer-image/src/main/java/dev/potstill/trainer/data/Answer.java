package dev.potstill.trainer.data;

/**
 * What a teacher said.
 *
 * @param question the question's id
 * @param sample which of its answers to the question this is
 * @param ended whether it came to an end of itself
 * @param promptTokens of what it was asked, as its server counted them or else as they were foreseen
 * @param tokens of what it said, likewise
 */
record Answer(String question, int sample, String text, boolean ended, int promptTokens, int tokens) {

    long allTokens() {
        return (long) promptTokens + tokens;
    }
}
