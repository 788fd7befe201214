/** A run's report: one page of HTML with its charts in it, which needs nothing from anywhere else. */
@NullMarked
package dev.potstill.cli.report;

import org.jspecify.annotations.NullMarked;
