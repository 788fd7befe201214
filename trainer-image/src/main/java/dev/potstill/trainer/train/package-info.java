/** The training loop: trained weights, their optimiser, checkpoints and the order of samples. */
@NullMarked
package dev.potstill.trainer.train;

import org.jspecify.annotations.NullMarked;
