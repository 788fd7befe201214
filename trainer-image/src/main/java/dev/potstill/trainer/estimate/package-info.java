/** What a stage is going to take, from the shapes of its models and the lengths of its rows, before any weight is read. */
@NullMarked
package dev.potstill.trainer.estimate;

import org.jspecify.annotations.NullMarked;
