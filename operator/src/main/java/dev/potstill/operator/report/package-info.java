/** Tells people and programs how a run stands: status, Events and metrics. */
@NullMarked
package dev.potstill.operator.report;

import org.jspecify.annotations.NullMarked;
