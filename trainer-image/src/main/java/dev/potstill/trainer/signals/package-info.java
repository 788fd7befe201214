/** What the teacher says of the training data, computed once and stored by sample. */
@NullMarked
package dev.potstill.trainer.signals;

import org.jspecify.annotations.NullMarked;
