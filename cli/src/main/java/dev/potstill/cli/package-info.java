/** The command line: the local runner around the pure core, and what it shows. */
@NullMarked
package dev.potstill.cli;

import org.jspecify.annotations.NullMarked;
