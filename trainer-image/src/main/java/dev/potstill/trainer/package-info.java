/** The trainer: one command a stage, from the resolved run and a workspace to a finished output. */
@NullMarked
package dev.potstill.trainer;

import org.jspecify.annotations.NullMarked;
