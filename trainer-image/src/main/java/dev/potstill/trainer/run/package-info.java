/** One stage as a process: its command line, progress, signals and last word. */
@NullMarked
package dev.potstill.trainer.run;

import org.jspecify.annotations.NullMarked;
