/** Tensors and TorchScript: the thin layer on libtorch that all arithmetic goes through, and the owner of native memory. */
@NullMarked
package dev.potstill.trainer.engine;

import org.jspecify.annotations.NullMarked;
