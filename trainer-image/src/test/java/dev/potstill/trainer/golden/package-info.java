/** Model folders with what another implementation computed on them. */
@NullMarked
package dev.potstill.trainer.golden;

import org.jspecify.annotations.NullMarked;
