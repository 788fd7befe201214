/** Kubernetes around the pure core: for now it checks each run and reports what it found. */
@NullMarked
package dev.potstill.operator;

import org.jspecify.annotations.NullMarked;
