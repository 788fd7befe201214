package dev.potstill.trainer.stage;

import dev.potstill.api.Feature;
import dev.potstill.contract.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which teacher layer each student layer follows, both counted from 0, in the order of the student's layers. */
record LayerPairs(List<Pair> pairs) {

    record Pair(int student, int teacher) {}

    LayerPairs {
        pairs = pairs.stream().sorted(Comparator.comparingInt(Pair::student)).toList();
    }

    /** As a run's settings say, for models of so many layers. */
    static LayerPairs of(Feature feature, int student, int teacher) {
        return switch (feature.layerMap()) {
            case Uniform -> uniform(student, teacher);
            case Explicit -> explicit(feature.layers(), student, teacher);
        };
    }

    /** Student layer i follows the teacher layer at the same share of the depth; the last follows the last. */
    static LayerPairs uniform(int student, int teacher) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 1; i <= student; i++) {
            pairs.add(new Pair(i - 1, Math.max(1, (int) Math.round((double) i * teacher / student)) - 1));
        }
        return new LayerPairs(pairs);
    }

    private static LayerPairs explicit(List<Feature.LayerPair> layers, int student, int teacher) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Feature.LayerPair pair = layers.get(i);
            require("spec.feature.layers[%d].student".formatted(i), pair.student(), "student", student);
            require("spec.feature.layers[%d].teacher".formatted(i), pair.teacher(), "teacher", teacher);
            pairs.add(new Pair(pair.student() - 1, pair.teacher() - 1));
        }
        return new LayerPairs(pairs);
    }

    private static void require(String field, int found, String whose, int layers) {
        if (found > layers) {
            throw Problem.rejected("%s: found %d, expected 1 to %d, as the %s has %d layers"
                    .formatted(field, found, layers, whose, layers));
        }
    }

    /** The teacher layers that are followed. */
    SortedSet<Integer> followed() {
        SortedSet<Integer> layers = new TreeSet<>();
        pairs.forEach(pair -> layers.add(pair.teacher()));
        return layers;
    }

    /** How many of the student's layers have a part in what is compared; those above have none. */
    int depth() {
        return pairs.getLast().student() + 1;
    }
}
