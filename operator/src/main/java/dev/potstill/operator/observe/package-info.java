/** What the caches tell of a run: its attempts, how they ended, how far the one at work is. It writes nothing. */
@NullMarked
package dev.potstill.operator.observe;

import org.jspecify.annotations.NullMarked;
