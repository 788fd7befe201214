/** Programs that nobody vouches for, run where they can do no harm. */
@NullMarked
package dev.potstill.trainer.sandbox;

import org.jspecify.annotations.NullMarked;
