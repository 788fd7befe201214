/** A run as it was read from the cluster, and what its objects there are called. */
@NullMarked
package dev.potstill.operator.run;

import org.jspecify.annotations.NullMarked;
