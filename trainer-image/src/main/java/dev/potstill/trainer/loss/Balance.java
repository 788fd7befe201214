package dev.potstill.trainer.loss;

import dev.potstill.api.Student;
import dev.potstill.trainer.engine.Scope;
import dev.potstill.trainer.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The terms that a mixture of experts adds to what is minimised.
 *
 * @param chosen experts of a token
 * @param balance weight of {@link RouterLoss#balance}
 * @param z weight of {@link RouterLoss#z}
 */
public record Balance(RouterLoss loss, int chosen, double balance, double z) implements AutoCloseable {

    /** For a model without experts. */
    public static Balance none() {
        return new Balance(new RouterLoss(), 0, 0, 0);
    }

    /** As the student's settings say; nothing where it is no mixture grown by this run. */
    public static Balance of(Student student, int chosen) {
        boolean grown = student.architecture() == Student.Architecture.MoE;
        return new Balance(
                new RouterLoss(),
                chosen,
                grown ? Double.parseDouble(student.moe().balanceCoefficient()) : 0,
                grown ? Double.parseDouble(student.moe().zCoefficient()) : 0);
    }

    /**
     * The weighted terms.
     *
     * @param routers logits of the layers passed [N, experts]
     * @param share of the step's units that these tokens are
     * @param logged the terms, not weighted, are added here
     */
    public List<Tensor> terms(Scope scope, List<Tensor> routers, double share, Map<String, Double> logged) {
        List<Tensor> terms = new ArrayList<>();
        if (!routers.isEmpty() && balance > 0) {
            Tensor term = loss.balance(scope, routers, chosen, balance * share);
            logged.merge("balance", term.item() / balance, Double::sum);
            terms.add(term);
        }
        if (!routers.isEmpty() && z > 0) {
            Tensor term = loss.z(scope, routers, z * share);
            logged.merge("routerZ", term.item() / z, Double::sum);
            terms.add(term);
        }
        return terms;
    }

    @Override
    public void close() {
        loss.close();
    }
}
