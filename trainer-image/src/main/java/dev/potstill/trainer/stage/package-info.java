/** The six stages: each makes one output from the run's settings and the outputs before it. */
@NullMarked
package dev.potstill.trainer.stage;

import org.jspecify.annotations.NullMarked;
