/** Kubernetes around the pure core. */
@NullMarked
package dev.potstill.operator;

import org.jspecify.annotations.NullMarked;
