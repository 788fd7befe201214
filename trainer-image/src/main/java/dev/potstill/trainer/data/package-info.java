/** Training data: from raw interactions to graded rows. */
@NullMarked
package dev.potstill.trainer.data;

import org.jspecify.annotations.NullMarked;
