/** A real API server for tests: no part of the product stands on it. */
@NullMarked
package dev.potstill.testing;

import org.jspecify.annotations.NullMarked;
