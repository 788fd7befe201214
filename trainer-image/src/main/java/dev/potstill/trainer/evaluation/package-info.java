/** What models are scored on and how: questions they answer, held-out rows they are measured on, and what the scores say. */
@NullMarked
package dev.potstill.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
