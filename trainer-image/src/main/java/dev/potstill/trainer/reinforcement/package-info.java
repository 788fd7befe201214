/** Reinforcement learning on the student's own answers. */
@NullMarked
package dev.potstill.trainer.reinforcement;

import org.jspecify.annotations.NullMarked;
