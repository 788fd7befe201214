/** Mathematical answers as people and models write them, and when two of them are the same. */
@NullMarked
package dev.potstill.trainer.reward.algebra;

import org.jspecify.annotations.NullMarked;
