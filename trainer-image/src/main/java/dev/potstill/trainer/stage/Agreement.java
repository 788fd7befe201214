package dev.potstill.trainer.stage;

import dev.potstill.contract.Problem;
import dev.potstill.trainer.model.ModelConfig;
import dev.potstill.trainer.text.Tokenizer;
import dev.potstill.trainer.text.TokenizerFiles;
import dev.potstill.trainer.text.Vocabulary;
import java.nio.file.Path;
import java.util.Map;

/** That teacher and student speak of the same tokens. */
final class Agreement {
    private Agreement() {}

    /** What to do where they do not, for stages that compare token by token. */
    static final String REMEDY =
            "take a student with the teacher's tokenizer, or set spec.response.divergence: ULD and leave Feature out of spec.stages";

    /** The same where the divergence is no longer the matter. */
    static final String WITHOUT_FEATURE =
            "leave Feature out of spec.stages, or take a student with the teacher's tokenizer";

    static void requireSameTokens(Models.Open teacher, Models.Open student) {
        requireSameSize(
                teacher.model().config(),
                teacher.files().origin(),
                student.model().config(),
                student.files().origin(),
                REMEDY);
        requireSameIds(teacher.tokenizer(), student.tokenizer(), REMEDY);
    }

    static void requireSameSize(
            ModelConfig teacher, Path teacherOrigin, ModelConfig student, Path studentOrigin, String remedy) {
        if (student.vocabulary() != teacher.vocabulary()) {
            throw Problem.unfit(
                    "vocab_size: found %d of the student %s and %d of the teacher %s, expected equal ones; %s"
                            .formatted(
                                    student.vocabulary(), studentOrigin, teacher.vocabulary(), teacherOrigin, remedy));
        }
    }

    /** Two vocabularies may be of one size and yet not be the same. */
    static void requireSameIds(Tokenizer teacher, Tokenizer student, String remedy) {
        Map<String, Integer> ids = vocabulary(teacher).ids();
        vocabulary(student).ids().forEach((token, id) -> {
            if (!id.equals(ids.get(token))) {
                throw Problem.unfit(
                        "tokenizer: the token \"%s\" has number %d in %s and %s in %s, expected equal ones; %s"
                                .formatted(
                                        token,
                                        id,
                                        student.files().origin(),
                                        ids.getOrDefault(token, -1) < 0 ? "none" : ids.get(token),
                                        teacher.files().origin(),
                                        remedy));
            }
        });
    }

    private static Vocabulary vocabulary(Tokenizer tokenizer) {
        TokenizerFiles files = tokenizer.files();
        return Vocabulary.of(files.origin(), files.tokenizerJson());
    }
}
