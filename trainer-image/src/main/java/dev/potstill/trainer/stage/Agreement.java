package dev.potstill.trainer.stage;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.text.Vocabulary;
import java.util.Map;

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
        requireSameIds(teacher.tokenizer(), student.tokenizer());
    }

    /** Two vocabularies may be of one size and yet not be the same. */
    static void requireSameIds(Tokenizer teacher, Tokenizer student) {
        Map<String, Integer> ids = vocabulary(teacher).ids();
        vocabulary(student).ids().forEach((token, id) -> {
            if (!id.equals(ids.get(token))) {
                throw Problem.unfit(
                        "tokenizer: the token \"%s\" has number %d in %s and %s in %s, expected equal ones; take a student with the teacher's tokenizer"
                                .formatted(
                                        token,
                                        id,
                                        student.files().origin(),
                                        ids.getOrDefault(token, -1) < 0 ? "none" : ids.get(token),
                                        teacher.files().origin()));
            }
        });
    }

    private static Vocabulary vocabulary(Tokenizer tokenizer) {
        TokenizerFiles files = tokenizer.files();
        return Vocabulary.of(files.origin(), files.tokenizerJson());
    }
}
