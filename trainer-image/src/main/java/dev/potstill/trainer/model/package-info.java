/** Language models: from config.json and weights to hidden states, logits and generated tokens. */
@NullMarked
package dev.potstill.trainer.model;

import org.jspecify.annotations.NullMarked;
