/** The student in fewer bits: GPTQ, layer by layer, on what the layers below it put out. */
@NullMarked
package dev.potstill.trainer.quantization;

import org.jspecify.annotations.NullMarked;
