/** Models at rest: Hugging Face folders and GGUF files, read without a copy and written whole, as plain memory. */
@NullMarked
package dev.potstill.trainer.weights;

import org.jspecify.annotations.NullMarked;
