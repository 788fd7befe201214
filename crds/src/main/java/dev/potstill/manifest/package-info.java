/** Reads a run's manifest as the API server would: strict, with the method's values for what was left out. */
@NullMarked
package dev.potstill.manifest;

import org.jspecify.annotations.NullMarked;
