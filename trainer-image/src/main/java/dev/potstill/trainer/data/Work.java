package dev.potstill.trainer.data;

import java.util.List;

/**
 * What a teacher did.
 *
 * @param prompts it was asked about
 * @param promptTokens of all questions, each as often as it was asked
 * @param answerTokens of all answers
 */
record Work(long prompts, long answers, long promptTokens, long answerTokens) {
    /** What names of such counts begin with; then comes the teacher's name. */
    static final String PREFIX = "teacher.";

    static Work of(List<Answer> answers) {
        return new Work(
                answers.stream().filter(answer -> answer.sample() == 0).count(),
                answers.size(),
                answers.stream().mapToLong(Answer::promptTokens).sum(),
                answers.stream().mapToLong(Answer::tokens).sum());
    }

    void addTo(Tally tally, String teacher) {
        tally.add(name(teacher, "prompts"), prompts);
        tally.add(name(teacher, "answers"), answers);
        tally.add(name(teacher, "promptTokens"), promptTokens);
        tally.add(name(teacher, "answerTokens"), answerTokens);
    }

    static Work in(Tally tally, String teacher) {
        return new Work(
                tally.get(name(teacher, "prompts")),
                tally.get(name(teacher, "answers")),
                tally.get(name(teacher, "promptTokens")),
                tally.get(name(teacher, "answerTokens")));
    }

    /** The count of the rows that it answered. */
    static String rows(String teacher) {
        return name(teacher, "rows");
    }

    private static String name(String teacher, String what) {
        return PREFIX + teacher + "." + what;
    }
}
