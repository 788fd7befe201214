/** What is minimised: one record a loss, as the papers write them. */
@NullMarked
package dev.potstill.trainer.loss;

import org.jspecify.annotations.NullMarked;
