/** What tells a right answer from a wrong one, for the data, reinforcement and evaluation stages alike. */
@NullMarked
package dev.potstill.trainer.reward;

import org.jspecify.annotations.NullMarked;
