/** The part of the Jinja language that chat templates are written in, as transformers sets it up: parsed once, then rendered. */
@NullMarked
package dev.potstill.trainer.text.jinja;

import org.jspecify.annotations.NullMarked;
