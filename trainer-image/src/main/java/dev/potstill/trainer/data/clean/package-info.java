/** What is looked for in one interaction, whatever the others are: personal data, reasoning, language, exam questions, likeness. */
@NullMarked
package dev.potstill.trainer.data.clean;

import org.jspecify.annotations.NullMarked;
