/** Kubernetes around the pure core: parse, observe, decide, act, report. */
@NullMarked
package dev.potstill.operator;

import org.jspecify.annotations.NullMarked;
