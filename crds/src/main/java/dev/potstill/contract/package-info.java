/** What the trainer and those who start it agree on: stages, workspace layout, digests, progress, reports and exit codes. */
@NullMarked
package dev.potstill.contract;

import org.jspecify.annotations.NullMarked;
