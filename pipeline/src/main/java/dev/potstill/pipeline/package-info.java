/** The pure core: a run's plan, what was observed of it, what to do next. No cluster, no tensors, no clock of its own. */
@NullMarked
package dev.potstill.pipeline;

import org.jspecify.annotations.NullMarked;
