/** Remote models and data: a location becomes a local file or folder whose content is checked, before a stage works with it. */
@NullMarked
package dev.potstill.trainer.fetch;

import org.jspecify.annotations.NullMarked;
