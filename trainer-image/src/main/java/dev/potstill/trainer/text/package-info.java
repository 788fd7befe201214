/** Between text and token ids: the tokenizer, the chat template, and which tokens of a conversation are answers. */
@NullMarked
package dev.potstill.trainer.text;

import org.jspecify.annotations.NullMarked;
