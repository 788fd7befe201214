package dev.potstill.trainer.evaluation;

import dev.potstill.api.Suite;
import dev.potstill.contract.TrainerCommand.Shard;
import java.util.List;

/**
 * Which models one of several trainers scores on which suites: they are dealt out in turn, so that each pair is one trainer's and
 * what it scores is what it would score alone. What is measured on held-out rows goes to one trainer where the teacher is compared
 * with, for that one has it open.
 *
 * @param models all of them
 * @param suites all of them
 */
public record Share(Shard shard, List<String> models, List<Suite> suites) {

    public Share {
        models = List.copyOf(models);
        suites = List.copyOf(suites);
    }

    boolean has(String model, Suite suite) {
        boolean besideTeacher = Examiner.ON_ROWS.contains(suite) && suites.contains(Suite.Divergence);
        int turn = besideTeacher ? 0 : suites.indexOf(suite) * models.size() + models.indexOf(model);
        return turn % shard.of() == shard.index();
    }
}
