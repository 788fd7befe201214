/** Carries out what was decided: the one place that writes a run's objects, by server-side apply. */
@NullMarked
package dev.potstill.operator.act;

import org.jspecify.annotations.NullMarked;
