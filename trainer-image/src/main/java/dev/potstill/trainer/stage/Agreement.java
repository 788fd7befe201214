package dev.potstill.trainer.stage;

import dev.potstill.contract.Problem;

/** That teacher and student speak of the same tokens. */
final class Agreement {
    private Agreement() {}

    static void requireSameTokens(Models.Open teacher, Models.Open student) {
        int found = student.model().config().vocabulary();
        int expected = teacher.model().config().vocabulary();
        if (found != expected) {
            throw Problem.unfit(
                    "vocab_size: found %d of the student %s and %d of the teacher %s, expected equal ones; take a student with the teacher's tokenizer"
                            .formatted(
                                    found,
                                    student.files().origin(),
                                    expected,
                                    teacher.files().origin()));
        }
    }
}
