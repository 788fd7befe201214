/** Runs of a cluster, as its API server tells them. */
@NullMarked
package dev.potstill.cli.cluster;

import org.jspecify.annotations.NullMarked;
