/** Where interactions come from: sources cut into pieces, and a piece's rows read one at a time. */
@NullMarked
package dev.potstill.trainer.data.source;

import org.jspecify.annotations.NullMarked;
