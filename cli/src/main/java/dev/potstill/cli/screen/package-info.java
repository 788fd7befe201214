/** How a run looks on a terminal and in plain lines. */
@NullMarked
package dev.potstill.cli.screen;

import org.jspecify.annotations.NullMarked;
