/** What the trainer carries inside itself: word problems with a vocabulary of their own, the same on every machine. */
@NullMarked
package dev.potstill.trainer.builtin;

import org.jspecify.annotations.NullMarked;
