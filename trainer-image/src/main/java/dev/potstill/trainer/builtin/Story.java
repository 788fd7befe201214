package dev.potstill.trainer.builtin;

import dev.potstill.trainer.builtin.WordProblems.Problem;
import java.util.List;

/** One problem while it is being told: what the reader is told, and the sum that follows each sentence. */
final class Story {
    /** Every total stays within two digits, so a row with three sums stays within {@link WordProblems#MAX_TOKENS}. */
    private static final int MOST = 99;

    private static final int LARGEST_CHANGE = 49;
    private static final List<Person> PEOPLE = List.of(
            new Person("Tom", "He"), new Person("Sam", "He"), new Person("Ann", "She"), new Person("Eva", "She"));
    private static final List<String> THINGS = List.of("apples", "pears", "books", "coins");
    private static final List<String> GAINS = List.of("buys %d more", "finds %d more");
    private static final List<String> LOSSES = List.of("sells %d", "loses %d", "gives away %d");

    private record Person(String name, String pronoun) {}

    private final Dice dice;
    private final StringBuilder told = new StringBuilder();
    private final StringBuilder worked = new StringBuilder();
    private int total;

    private Story(Dice dice) {
        this.dice = dice;
    }

    static Problem tell(Dice dice) {
        return new Story(dice).tell();
    }

    private Problem tell() {
        var person = dice.oneOf(PEOPLE);
        var things = dice.oneOf(THINGS);
        int sums = dice.between(2, 3);
        told.append(person.name()).append(" has ");
        int changes = dice.between(1, 4) == 1 ? bags(sums) : loose(sums);
        told.append(' ').append(things).append('.');
        for (int i = 0; i < changes; i++) {
            change(person);
        }
        told.append(" How many ").append(things).append(" are left?");
        return new Problem(told.toString(), worked + "= " + total, total);
    }

    private int bags(int sums) {
        int bags = dice.between(2, 9);
        int each = dice.between(2, 9);
        told.append(bags).append(" bags of ").append(each);
        work('*', bags, each, bags * each);
        return sums - 1;
    }

    private int loose(int sums) {
        total = dice.between(5, 80);
        told.append(total);
        return sums;
    }

    private void change(Person person) {
        int room = Math.min(LARGEST_CHANGE, MOST - total);
        int stock = Math.min(LARGEST_CHANGE, total - 1);
        boolean gains = stock < 2 || (room >= 2 && dice.between(0, 1) == 0);
        int amount = dice.between(2, gains ? room : stock);
        told.append(' ').append(person.pronoun()).append(' ');
        told.append(dice.oneOf(gains ? GAINS : LOSSES).replace("%d", Integer.toString(amount)));
        told.append('.');
        work(gains ? '+' : '-', total, amount, gains ? total + amount : total - amount);
    }

    private void work(char sign, int left, int right, int result) {
        worked.append(left).append(sign).append(right).append('=').append(result);
        worked.append("; ");
        total = result;
    }
}
