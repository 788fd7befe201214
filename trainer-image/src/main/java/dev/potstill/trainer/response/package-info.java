/** Response distillation: the rows a step learns from, what the teacher says of them, and the gradient of the difference. */
@NullMarked
package dev.potstill.trainer.response;

import org.jspecify.annotations.NullMarked;
